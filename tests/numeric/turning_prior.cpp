// A prior that is asked in all eight orientations.
#include <doctest/doctest.h>

#include "core/recon/diffusion/turning_prior.h"
#include "core/recon/operators/operator_checks.h"
#include "tests/numeric/tensors.h"
#include "tests/support/prior_file.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {

/// D(x) = w x, with a weight that belongs to the place in the matrix it is given: knows up from down.
class PlacePrior final : public Prior {
public:
    explicit PlacePrior(PriorCard card) : m_card(std::move(card)) {}
    static at::Tensor weights(std::int64_t rows, std::int64_t columns) {
        return (at::arange(rows, at::kFloat) * 0.37 + 1).unsqueeze(1) * (at::arange(columns, at::kFloat) * 0.11 + 1);
    }
    const PriorCard& card() const override { return m_card; }
    at::Tensor denoise(const at::Tensor& x, double) const override { return x * weights(x.size(1), x.size(2)); }
    Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override {
        return {denoise(x, sigma), [this](const at::Tensor& v) { return denoise(v, 0); }};
    }

private:
    PriorCard m_card;
};

at::Tensor image(std::int64_t seed) { return randomTensor({2, 19, 22}, at::kComplexFloat, seed); }

}  // namespace

TEST_CASE("Over eight calls a prior sees each orientation once, and the same order in every run") {
    const PlacePrior inner(gaussianPriorCard());
    const TurningPrior turning(inner), again(inner);
    const at::Tensor x = image(1);
    const auto rows = x.size(1), columns = x.size(2);
    at::Tensor sum = at::zeros_like(x), expected = at::zeros({rows, columns});
    for (const at::Tensor& w : {PlacePrior::weights(rows, columns), PlacePrior::weights(columns, rows).t()})
        for (const std::vector<std::int64_t>& flips : {std::vector<std::int64_t>{}, {0}, {1}, {0, 1}}) expected = expected + at::flip(w, flips);
    std::vector<at::Tensor> seen;
    for (int i = 0; i < 8; ++i) {
        const at::Tensor once = turning.denoise(x, 0.1);
        CHECK(at::equal(once, again.denoise(x, 0.1)));
        for (const auto& earlier : seen) CHECK_FALSE(at::equal(once, earlier));
        seen.push_back(once);
        sum = sum + once;
    }
    CHECK(at::equal(seen[0], inner.denoise(x, 0.1)));
    CHECK(relativeDistance(sum, x * expected) < 1e-6);
    CHECK(at::equal(turning.denoise(x, 0.1), seen[0]));
}

TEST_CASE("Each step has its own orientation, whatever was asked before") {
    const PlacePrior inner(gaussianPriorCard());
    const TurningPrior turning(inner), again(inner);
    const at::Tensor x = image(5);
    std::vector<at::Tensor> seen;
    for (int i = 0; i < 11; ++i) seen.push_back(turning.denoise(x, 0.1));
    for (const std::int64_t step : {9L, 2L, 0L}) {
        again.beginStep(step);
        CHECK(at::equal(again.denoise(x, 0.1), seen[static_cast<std::size_t>(step)]));
        CHECK(at::equal(again.denoise(x, 0.1), seen[static_cast<std::size_t>(step) + 1]));
    }
}

TEST_CASE("A turned prior's vector-Jacobian product is that of what it gave") {
    const PlacePrior inner(gaussianPriorCard());
    const TurningPrior turning(inner), again(inner);
    const at::Tensor x = image(2), v = image(3);
    for (int i = 0; i < 8; ++i) {
        const auto denoised = turning.denoiseForVjp(x, 0.1);
        CHECK(at::equal(denoised.image, again.denoise(x, 0.1)));
        // D is linear with real weights, so J^T v is D of v in the same orientation.
        CHECK(relativeDistance(denoised.vjp(v) * x, denoised.image * v) < 1e-6);
    }
}

TEST_CASE("An exported network is mirrored, never turned on its side") {
    auto card = gaussianPriorCard();
    card.family = "exported";
    const PlacePrior inner(card);
    const TurningPrior turning(inner);
    const at::Tensor x = image(4);
    const at::Tensor w = PlacePrior::weights(x.size(1), x.size(2));
    int found = 0;
    for (int i = 0; i < 8; ++i) {
        const at::Tensor once = turning.denoise(x, 0.1);
        for (const std::vector<std::int64_t>& flips : {std::vector<std::int64_t>{}, {0}, {1}, {0, 1}})
            if (relativeDistance(once, x * at::flip(w, flips)) < 1e-6) ++found;
    }
    CHECK(found == 8);
}
