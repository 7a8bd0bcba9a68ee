#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "core/recon/diffusion/ensemble.h"
#include "tests/numeric/tensors.h"

using namespace larmor::recon::diffusion;
using larmor::test::kFloatTolerance;

namespace {
at::Tensor stack(const std::vector<c10::complex<float>>& values) {
    return at::tensor(values, at::kComplexFloat).reshape({static_cast<std::int64_t>(values.size()), 1, 1});
}
}  // namespace

TEST_CASE("Mean, standard deviation of the magnitude and spread of the phase, by hand") {
    const auto maps = ensembleMaps(stack({{3, 4}, {0, 1}, {-3, 4}}));  // magnitudes 5, 1, 5
    CHECK(at::real(maps.mean).item<float>() == doctest::Approx(0));
    CHECK(at::imag(maps.mean).item<float>() == doctest::Approx(3));
    CHECK(maps.deviation.item<float>() == doctest::Approx(std::sqrt((16.0 + 64 + 16) / 9 / 2)));
    // Directions (0.6, 0.8), (0, 1), (-0.6, 0.8): their mean has the length 2.6 / 3.
    CHECK(maps.phaseSpread.item<float>() == doctest::Approx(std::sqrt(-2 * std::log(2.6 / 3))));
}

TEST_CASE("Equal phases have no spread, opposite ones a large one, and zero does no harm") {
    CHECK(ensembleMaps(stack({{1, 1}, {5, 5}, {2, 2}})).phaseSpread.item<float>() < 1e-3);
    CHECK(ensembleMaps(stack({{1, 0}, {-1, 0}, {0, 1}, {0, -1}})).phaseSpread.item<float>() > 3);
    const auto zero = ensembleMaps(stack({{0, 0}, {0, 0}}));
    CHECK(zero.phaseSpread.item<float>() == 0);
    CHECK(zero.deviation.item<float>() == 0);
}
