#include <cmath>

#include <doctest/doctest.h>

#include "core/recon/diffusion/step_noise.h"
#include "tests/numeric/tensors.h"

using namespace larmor;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
const Shape kImage{20, 15};
const at::TensorOptions kWide = at::TensorOptions().dtype(at::kComplexDouble);
}  // namespace

TEST_CASE("Noise depends on the sample's seed, the slice, the step and the purpose, and on nothing else") {
    const StepNoise batch({5, 6, 7}, 2, kWide), single({6}, 2, kWide);
    const at::Tensor noise = batch.draw(kImage, 4, NoisePurpose::Step);
    CHECK(noise.sizes().vec() == Shape{3, 20, 15});
    CHECK(at::equal(noise[1], single.draw(kImage, 4, NoisePurpose::Step)[0]));
    CHECK(at::equal(noise, batch.draw(kImage, 4, NoisePurpose::Step)));
    CHECK(!at::equal(noise[0], noise[1]));
    CHECK(!at::equal(noise, batch.draw(kImage, 5, NoisePurpose::Step)));
    CHECK(!at::equal(noise, batch.draw(kImage, 4, NoisePurpose::Image)));
    CHECK(!at::equal(noise, StepNoise({5, 6, 7}, 3, kWide).draw(kImage, 4, NoisePurpose::Step)));
}

TEST_CASE("Real and imaginary parts are independent, with mean 0 and variance 1") {
    const at::Tensor parts = at::view_as_real(StepNoise({1}, 0, kWide).draw({400, 250}, 0, NoisePurpose::Start)[0]);
    const double n = 100000;  // standard errors: mean n^-1/2, variance (2/n)^1/2, product of the parts n^-1/2; five of them allowed
    for (const std::int64_t part : {0L, 1L}) {
        const at::Tensor values = parts.select(-1, part);
        CHECK(std::abs(values.mean().item<double>()) < 5 / std::sqrt(n));
        CHECK(std::abs(values.square().mean().item<double>() - 1) < 5 * std::sqrt(2 / n));
    }
    CHECK(std::abs((parts.select(-1, 0) * parts.select(-1, 1)).mean().item<double>()) < 5 / std::sqrt(n));
}

TEST_CASE("Noise comes in the type that was asked for, rounded from the same numbers") {
    const at::Tensor wide = StepNoise({9}, 1, kWide).draw(kImage, 0, NoisePurpose::Data);
    const at::Tensor narrow = StepNoise({9}, 1, at::TensorOptions().dtype(at::kComplexFloat)).draw(kImage, 0, NoisePurpose::Data);
    CHECK((narrow.scalar_type() == at::kComplexFloat));
    CHECK(at::equal(wide.to(at::kComplexFloat), narrow));
}
