// A stop is seen within a step: between the blocks of a network, on the way back through it, in conjugate gradients, by a whole method.
#include <doctest/doctest.h>

#include "core/recon/diffusion/data_consistency.h"
#include "core/recon/diffusion/dds.h"
#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/network_prior.h"
#include "core/recon/diffusion/sampler_method.h"
#include "core/recon/interrupt.h"
#include "tests/numeric/small_posterior.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
const nlohmann::json kCompact{{"channels", {8, 16}}, {"blocks", {1, 1}}, {"embedding", 16}};
const nlohmann::json kUnet{{"img_resolution", 16},
                           {"model_channels", 64},
                           {"channel_mult", {1, 2}},
                           {"num_blocks", 1},
                           {"attn_resolutions", nlohmann::json::array()}};

NetworkPrior networkPrior(const std::string& family) {
    PriorCard card = gaussianCard(0.4);
    card.family = family;
    auto network = networks::makeNetwork(family, family == "compact" ? kCompact : kUnet, 5);
    network->arithmetic.bfloat16 = false;
    return {networks::LoadedNetwork{std::move(card), std::move(network)}, std::nullopt};
}

/// Asks for a stop in its n-th call, and then looks as a network between its blocks.
class StoppingPrior final : public Prior {
public:
    StoppingPrior(std::int64_t call, std::stop_source& source) : m_inner(gaussianCard(0.3)), m_left(call), m_source(source) {}
    [[nodiscard]] const PriorCard& card() const override { return m_inner.card(); }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override {
        if (--m_left == 0) m_source.request_stop();
        checkInterrupt();
        return m_inner.denoise(x, sigma);
    }
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override {
        return {denoise(x, sigma), m_inner.denoiseForVjp(x, sigma).vjp};
    }

private:
    GaussianPrior m_inner;
    mutable std::int64_t m_left;
    std::stop_source& m_source;
};

std::unique_ptr<StepSampler> someDds(const SamplerInput& in, const ParamValues&) {
    DdsOptions options;
    options.steps = 6;
    return ddsSampler(in, options);
}

/// DDS with a prior that asks for a stop in its n-th call; 0: never.
MethodResult stoppedIn(std::int64_t call) {
    static const SmallPosterior problem(at::kComplexFloat);
    std::stop_source source;
    MethodInput in;
    in.A = problem.A;
    in.y = problem.y.to(at::kComplexFloat);
    in.mask = problem.A->mask();
    in.prior = std::make_shared<StoppingPrior>(call, source);
    in.seed = 4;
    return runSampler("DDS", in, {}, {source.get_token()}, someDds);
}
}  // namespace

TEST_CASE("A network ends between two blocks, and on the way back, where the thread's stop is requested") {
    for (const std::string family : {"compact", "song-unet", "adm"}) {
        CAPTURE(family);
        const auto prior = networkPrior(family);
        const at::Tensor x = randomTensor({1, 16, 16}, at::kComplexFloat, 2);
        std::stop_source source;
        const InterruptScope scope(source.get_token());
        const auto denoised = prior.denoiseForVjp(x, 0.5);
        CHECK_NOTHROW((void)prior.denoise(x, 0.5));
        source.request_stop();
        CHECK_THROWS_AS((void)denoised.vjp(x), Cancelled);
        CHECK_THROWS_AS((void)prior.denoise(x, 0.5), Cancelled);
        CHECK_THROWS_AS((void)prior.denoiseForVjp(x, 0.5), Cancelled);
    }
}

TEST_CASE("The derivative is the same bits with and without somebody who may stop it") {
    const auto prior = networkPrior("compact");
    const at::Tensor x = randomTensor({1, 16, 16}, at::kComplexFloat, 2), v = randomTensor({1, 16, 16}, at::kComplexFloat, 3);
    const at::Tensor plain = prior.denoiseForVjp(x, 0.5).vjp(v);
    const std::stop_source source;
    const InterruptScope scope(source.get_token());
    CHECK(at::equal(prior.denoiseForVjp(x, 0.5).vjp(v), plain));
}

TEST_CASE("A scope ends with its life, and the one around it counts again") {
    std::stop_source outer, inner;
    const InterruptScope around(outer.get_token());
    inner.request_stop();
    {
        const InterruptScope within(inner.get_token());
        CHECK_THROWS_AS(checkInterrupt(), Cancelled);
    }
    CHECK_NOTHROW(checkInterrupt());
    outer.request_stop();
    CHECK_THROWS_AS(checkInterrupt(), Cancelled);
}

TEST_CASE("Conjugate gradients of a data step end at the iteration in which the stop comes") {
    std::stop_source source;
    const InterruptScope scope(source.get_token());
    const at::Tensor weights = at::arange(1, 41, at::kDouble), b = randomTensor({1, 1, 40}, at::kComplexDouble, 7);
    std::int64_t products = 0;
    const auto M = [&](const at::Tensor& x) {
        if (++products == 5) source.request_stop();
        return x * weights;
    };
    CHECK_THROWS_AS((void)conjugateGradientItems(M, b, at::zeros_like(b), {30, 0}), Cancelled);
    CHECK(products == 5);
}

TEST_CASE("A stop within a step gives the estimate of the last whole one; within the first there is none") {
    const auto whole = stoppedIn(0);
    CHECK_FALSE(whole.stoppedEarly);
    CHECK(whole.trace.size() == 6);
    const auto inFourth = stoppedIn(4);
    CHECK(inFourth.stoppedEarly);
    REQUIRE(inFourth.trace.size() == 3);
    CHECK(inFourth.trace.back().residual == whole.trace[2].residual);
    CHECK_FALSE(at::equal(inFourth.image, whole.image));
    CHECK_THROWS_AS((void)stoppedIn(1), Cancelled);
}
