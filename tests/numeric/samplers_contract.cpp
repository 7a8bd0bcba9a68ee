// What holds for every sampler: batches, repetition, stop, what is not finite, and the limits that are known.
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "core/recon/diffusion/ancestral.h"
#include "core/recon/diffusion/daps.h"
#include "core/recon/diffusion/dds.h"
#include "core/recon/diffusion/diffpir.h"
#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/plug_and_play.h"
#include "core/recon/diffusion/prior_sample.h"
#include "tests/numeric/small_posterior.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
const GaussianPrior kPrior(gaussianCard(SmallPosterior::kSigmaData));
constexpr std::int64_t kSteps = 8;

template <class Options>
Options withSteps() {
    Options options;
    options.steps = kSteps;
    return options;
}

using Run = std::function<SolverResult(const SamplerInput&, const StepHook&)>;

const std::vector<std::pair<std::string, Run>>& samplers() {
    static const std::vector<std::pair<std::string, Run>> all{
        {"dps", [](const auto& in, const auto& hook) { return dps(in, withSteps<DpsOptions>(), hook); }},
        {"ancestral dps", [](const auto& in, const auto& hook) { return ancestralDps(in, withSteps<AncestralOptions>(), hook); }},
        {"ancestral", [](const auto& in, const auto& hook) { return ancestralGaussian(in, withSteps<AncestralOptions>(), hook); }},
        {"dds", [](const auto& in, const auto& hook) { return dds(in, withSteps<DdsOptions>(), hook); }},
        {"daps", [](const auto& in, const auto& hook) { return daps(in, withSteps<DapsOptions>(), hook); }},
        {"diffpir", [](const auto& in, const auto& hook) { return diffpir(in, withSteps<DiffpirOptions>(), hook); }},
        {"plug-and-play", [](const auto& in, const auto& hook) { return plugAndPlay(in, withSteps<PlugAndPlayOptions>(), hook); }},
        {"prior sample", [](const auto& in, const auto& hook) { return priorSample(in, withSteps<PriorSampleOptions>(), hook); }}};
    return all;
}

/// A prior that fails after some calls.
class Failing final : public Prior {
public:
    explicit Failing(std::int64_t good) : m_good(good) {}
    [[nodiscard]] const PriorCard& card() const override { return kPrior.card(); }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override {
        const at::Tensor bad = m_good-- > 0 ? x : at::full_like(x, std::numeric_limits<double>::quiet_NaN());
        return kPrior.denoise(bad, sigma);
    }
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override {
        return {denoise(x, sigma), kPrior.denoiseForVjp(x, sigma).vjp};
    }

private:
    mutable std::int64_t m_good;
};

/// A prior that makes everything larger, until single precision ends.
class Exploding final : public Prior {
public:
    [[nodiscard]] const PriorCard& card() const override { return kPrior.card(); }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override {
        const at::Tensor image = x * 1e12;
        checkFinite(image, card(), sigma);
        return image;
    }
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override {
        return {denoise(x, sigma), [](const at::Tensor& v) { return v * 1e12; }};
    }
};

/// Odd sizes and enough pixels that vectors of the processor are full and have tails.
SamplerInput largerInput(const Prior& prior, std::vector<std::uint64_t> seeds) {
    const Shape size{43, 37};
    const at::Tensor maps = randomTensor({5, size[0], size[1]}, at::kComplexFloat, 61);
    const at::Tensor mask = (at::real(randomTensor(size, at::kComplexDouble, 62)) > 0.3).to(at::kFloat);
    auto A = std::make_shared<SenseOperator>(maps / at::linalg_vector_norm(maps, 2, {0}, true), mask);
    const at::Tensor y =
        A->forward(randomTensor(size, at::kComplexFloat, 63) * 0.3) + randomTensor(A->codomain(), at::kComplexFloat, 64) * 0.03 * mask;
    return {prior, A, y, A->adjoint(y), 0.02, std::move(seeds), 5};
}
}  // namespace

TEST_CASE("A batch of samples is the single runs bit for bit, in single precision too") {
    for (const auto& [name, run] : samplers()) {
        CAPTURE(name);
        const at::Tensor batch = run(largerInput(kPrior, {4, 9, 11}), {}).x;
        REQUIRE(batch.sizes().vec() == Shape{3, 43, 37});
        CHECK(at::equal(batch[0], run(largerInput(kPrior, {4}), {}).x[0]));
        CHECK(at::equal(batch[1], run(largerInput(kPrior, {9}), {}).x[0]));
        CHECK(at::equal(batch[2], run(largerInput(kPrior, {11}), {}).x[0]));
        CHECK(at::equal(batch[0], batch[1]) == (name == "plug-and-play"));
    }
}

TEST_CASE("The same seeds give the same bytes, another slice gives others") {
    for (const auto& [name, run] : samplers()) {
        CAPTURE(name);
        const at::Tensor first = run(largerInput(kPrior, {1, 2}), {}).x;
        CHECK(at::equal(first, run(largerInput(kPrior, {1, 2}), {}).x));
        auto otherSlice = largerInput(kPrior, {1, 2});
        otherSlice.slice = 6;
        CHECK(at::equal(first, run(otherSlice, {}).x) == (name == "plug-and-play"));
    }
}

TEST_CASE("Every step is told, with the estimate of all samples and its residual") {
    const SmallPosterior problem;
    for (const auto& [name, run] : samplers()) {
        CAPTURE(name);
        const auto input = problem.input(kPrior, {1, 2});
        const DataConsistency data(*input.A, input.y);
        std::int64_t seen = 0;
        const auto result = run(input, [&](const SolverStep& step) {
            CHECK(step.step == ++seen);
            CHECK(step.total == kSteps);
            CHECK(step.x.sizes().vec() == Shape{2, 6, 5});
            if (name != "prior sample") CHECK(step.residual == doctest::Approx(data.relativeResidual(step.x)));
            return true;
        });
        CHECK(seen == kSteps);
        CHECK(result.steps == kSteps);
        CHECK(!result.stopped);
    }
}

TEST_CASE("A sampler that is stopped gives the estimate of that step, marked stopped") {
    const SmallPosterior problem;
    for (const auto& [name, run] : samplers()) {
        CAPTURE(name);
        at::Tensor last;
        const auto result = run(problem.input(kPrior, {1, 2}), [&](const SolverStep& step) {
            last = step.x.clone();
            return step.step < 3;
        });
        CHECK(result.stopped);
        CHECK(result.steps == 3);
        CHECK(at::equal(result.x, last));
    }
}

TEST_CASE("A network that gives NaN ends the run with an error that names the noise level") {
    const SmallPosterior problem;
    for (const auto& [name, run] : samplers()) {
        CAPTURE(name);
        const Failing prior(3);
        try {
            (void)run(problem.input(prior, {1}), {});
            FAIL("an image came out");
        } catch (const Error& error) {
            const std::string text = error.what();
            CHECK(text.find("sigma") != std::string::npos);
            CHECK(text.find("small") != std::string::npos);
        }
    }
}

TEST_CASE("Steps that run away end with an error that says what to change") {
    const SmallPosterior problem(at::kComplexFloat);
    const Exploding prior;
    for (const auto& [name, run] : samplers()) {
        CAPTURE(name);
        auto input = problem.input(prior, {1});
        input.start = input.A->adjoint(input.y);
        try {
            (void)run(input, {});
            FAIL("an image came out");
        } catch (const Error& error) {
            CHECK(error.hint().find("zeta") != std::string::npos);
        }
    }
}

TEST_CASE("DDS with all samples, no noise and no bound on gamma gives the image back: above 100 dB in double precision") {
    // 100 dB of the peak leaves 1e-5 of it; single precision reaches 90 dB, its own rounding times the conjugate gradients'.
    for (const auto type : {at::kComplexDouble, at::kComplexFloat}) {
        const SmallPosterior problem(type, 0);
        const SenseOperator wide(problem.wide->maps(), at::ones(SmallPosterior::kSize, at::kDouble));
        const auto A = std::make_shared<SenseOperator>(wide.maps().to(type), wide.mask());
        auto input = problem.input(kPrior, {1});
        input.A = A;
        input.y = wide.forward(problem.truth).to(type);
        DdsOptions options{10, std::numeric_limits<double>::infinity()};
        options.cg = {50, 1e-12};
        const at::Tensor error = at::abs(dds(input, options).x[0].to(at::kComplexDouble) - problem.truth);
        const double peak = at::abs(problem.truth).max().item<double>();
        const double psnr = 20 * std::log10(peak / std::sqrt(error.square().mean().item<double>()));
        MESSAGE("PSNR ", psnr, " dB");
        CHECK(psnr > (type == at::kComplexDouble ? 100 : 90));
    }
}

TEST_CASE("With weak data the prior decides, with hardly any noise the data does") {
    const SmallPosterior noisy(at::kComplexDouble, 50), clean(at::kComplexDouble, 1e-3);
    DapsOptions options{8, 1, 30};
    options.cg = {100, 1e-10};
    const auto seeds = consecutiveSeeds(60);
    const at::Tensor fromPrior = daps(noisy.input(kPrior, seeds), options).x;
    CHECK(at::abs(fromPrior).square().mean().item<double>() / (2 * std::pow(SmallPosterior::kSigmaData, 2)) ==
          doctest::Approx(1).epsilon(0.12));
    const at::Tensor fromData = daps(clean.input(kPrior, seeds), options).x;
    const at::Tensor misfit = clean.wide->forward(fromData) - clean.y;
    // One noise standard deviation in each part of each sample, at most: the image has fewer unknowns than there are samples.
    const double kept = clean.wide->mask().sum().item<double>() * 2;
    CHECK(at::abs(misfit).square().sum().item<double>() / 60 / kept < 2 * 2e-6);
}
