#include "core/recon/diffusion/daps.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

namespace {
/// Where the probability-flow ODE takes x from sigma to 0, by Euler steps.
at::Tensor solveOde(const Prior& prior, at::Tensor x, double sigma, const DapsOptions& options) {
    const auto levels = edmLevels(sigma, std::min(options.odeSigmaMin, sigma), options.odeSteps, options.rho);
    for (std::size_t i = 0; i < levels.size(); ++i)
        x = eulerStep(x, prior.denoise(x, levels[i]), levels[i], i + 1 < levels.size() ? levels[i + 1] : 0);
    return x;
}
}  // namespace

SolverResult daps(const SamplerInput& in, const DapsOptions& options, const StepHook& hook) {
    const auto levels = edmLevels(options.sigmaMax, options.sigmaMin, options.steps, options.rho);
    const DataConsistency data(*in.A, in.y);
    const StepNoise noise = in.noise();
    at::Tensor x = noise.draw(in.matrix(), 0, NoisePurpose::Start) * levels.front();
    SamplerSteps steps(options.steps, hook);
    for (std::int64_t i = 0; i < options.steps; ++i) {
        const double sigma = levels[static_cast<std::size_t>(i)];
        const double spread = options.sigmaSpread ? sigma : std::sqrt(gaussianVariance(in.prior.card(), sigma));
        const at::Tensor x0 = data.draw(solveOde(in.prior, x, sigma, options), in.sigmaY, spread, noise, i, options.cg);
        if (!steps.proceed(x0, sigma, data.relativeResidual(x0)) || i + 1 == options.steps) break;
        x = x0 + noise.draw(in.matrix(), i, NoisePurpose::Step) * levels[static_cast<std::size_t>(i + 1)];
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
