// With a Gaussian prior the posterior is Gaussian and known in closed form: samplers that are exact reach its mean and its covariance,
// those that are biased by construction are tabulated.
#include <cmath>

#include <doctest/doctest.h>
#include <fmt/format.h>

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
/// How samples [S, ...] stand to the posterior, in its own units: whitened by the Cholesky factor of its precision they would be standard
/// normal numbers.
struct Standing {
    double bias = 0;       ///< root mean square of the mean's distance, in posterior standard deviations
    double chiSquare = 0;  ///< S |mean|^2, chi-square of 2 n degrees of freedom for exact samples
    double variance = 0;   ///< mean square about the true mean: 1 for exact samples
};

Standing standingOf(const at::Tensor& samples, const SmallPosterior& problem) {
    const std::int64_t count = samples.size(0), n = problem.truth.numel();
    const at::Tensor deviation = samples.reshape({count, n}).to(at::kComplexDouble) - problem.mean().reshape(-1);
    const at::Tensor white = at::matmul(deviation, at::linalg_cholesky(problem.precision()).conj());
    const double offset = at::abs(white.mean(0)).square().sum().item<double>(), degrees = 2.0 * static_cast<double>(n);
    return {std::sqrt(offset / degrees), offset * static_cast<double>(count),
            at::abs(white).square().sum().item<double>() / (degrees * static_cast<double>(count))};
}

/// Five standard errors: of a chi-square with 2 n degrees of freedom, and of the mean square of 2 n S standard normal numbers.
void checkExact(const Standing& standing, std::int64_t count, std::int64_t n) {
    const double degrees = 2.0 * static_cast<double>(n);
    CHECK(std::abs(standing.chiSquare - degrees) < 5 * std::sqrt(2 * degrees));
    CHECK(std::abs(standing.variance - 1) < 5 * std::sqrt(2 / (degrees * static_cast<double>(count))));
}

const GaussianPrior kPrior(gaussianCard(SmallPosterior::kSigmaData));
constexpr std::int64_t kCount = 120;

/// DAPS as it is exact on a Gaussian prior: D itself in place of an ODE, data steps to the end.
DapsOptions exactDaps() {
    DapsOptions options;
    options.steps = 4;
    options.odeSteps = 1;
    options.sigmaMax = 30;
    options.cg = {60, 1e-7};
    return options;
}
}  // namespace

TEST_CASE("DAPS with exact data steps reaches the posterior's mean and covariance") {
    const SmallPosterior problem;
    const auto result = daps(problem.input(kPrior, consecutiveSeeds(kCount)), exactDaps());
    CHECK(result.steps == 4);
    checkExact(standingOf(result.x, problem), kCount, problem.truth.numel());
}

TEST_CASE("Ancestral sampling with the exact likelihood reaches the posterior's mean and covariance") {
    const SmallPosterior problem;
    AncestralOptions options;
    options.steps = 5;
    options.cg = {60, 1e-7};
    const auto result = ancestralGaussian(problem.input(kPrior, consecutiveSeeds(kCount)), options);
    checkExact(standingOf(result.x, problem), kCount, problem.truth.numel());
}

TEST_CASE("Exact samplers stay exact in single precision") {
    const SmallPosterior problem(at::kComplexFloat);
    const auto result = daps(problem.input(kPrior, consecutiveSeeds(kCount)), exactDaps());
    CHECK((result.x.scalar_type() == at::kComplexFloat));
    checkExact(standingOf(result.x, problem), kCount, problem.truth.numel());
}

TEST_CASE("Draws from the prior alone have its variance") {
    const SmallPosterior problem;
    PriorSampleOptions options;
    options.steps = 40;
    options.sigmaMax = 20;
    const at::Tensor x = priorSample(problem.input(kPrior, consecutiveSeeds(kCount)), options).x;
    const double values = 2.0 * static_cast<double>(x.numel());
    const double variance = at::abs(x).square().sum().item<double>() / values / std::pow(SmallPosterior::kSigmaData, 2);
    // 1 % for Heun's steps: their own error, which falls with the square of their number.
    CHECK(std::abs(variance - 1) < 5 * std::sqrt(2 / values) + 0.01);
    CHECK(
        std::abs(at::abs(x.mean(0)).square().sum().item<double>() * static_cast<double>(kCount) / std::pow(SmallPosterior::kSigmaData, 2) -
                 60) < 5 * std::sqrt(120));
}

TEST_CASE("Bias of the samplers that approximate, in units of the posterior's standard deviation") {
    const SmallPosterior problem;
    const std::int64_t count = 40;
    const auto input = problem.input(kPrior, consecutiveSeeds(count));
    std::string table = "\nsampler                          bias of the mean   mean square (1: right)\n";
    const auto add = [&](const std::string& name, const at::Tensor& samples) {
        const auto standing = standingOf(samples, problem);
        table += fmt::format("{:<32} {:>8.2f} {:>20.2f}\n", name, standing.bias, standing.variance);
        return standing;
    };
    const double exact = add("DAPS, 1 ODE step", daps(input, {20, 1}).x).bias;
    CHECK(exact < 2 / std::sqrt(static_cast<double>(count)));
    DpsOptions dpsOptions;
    for (const double zeta : {0.1, 0.3, 1.0}) {
        dpsOptions.zeta = zeta;
        CHECK(add(fmt::format("DPS, 100 Euler steps, zeta {}", zeta), dps(input, dpsOptions).x).variance < 50);
    }
    AncestralOptions chain;
    chain.zeta = 0.3;
    CHECK(add("DPS, ancestral, zeta 0.3", ancestralDps(input, chain).x).variance > 0);
    for (const std::int64_t odeSteps : {2L, 5L}) add(fmt::format("DAPS, {} ODE steps", odeSteps), daps(input, {20, odeSteps}).x);
    DapsOptions wide{20, 1};
    wide.sigmaSpread = true;
    CHECK(std::abs(add("DAPS, 1 ODE step, v = sigma^2", daps(input, wide).x).variance - 1) < 0.2);
    for (const double eta : {0.0, 0.85, 1.0}) {
        DdsOptions options{30, 10, eta, 10};
        options.warmStart = false;
        add(fmt::format("DDS, gamma 10, eta {}", eta), dds(input, options).x);
    }
    for (const double lambda : {1.0, 5.0}) add(fmt::format("DiffPIR, lambda {}", lambda), diffpir(input, {30, lambda}).x);
    add("plug-and-play, lambda 0.15", plugAndPlay(problem.input(kPrior, {1}), {}).x);
    MESSAGE(table);
}
