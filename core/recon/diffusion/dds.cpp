#include "core/recon/diffusion/dds.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

namespace {
/// 1 / gamma at a level; 0 where both sigma_y = 0 and gamma are without bound.
double inverseWeight(const DdsOptions& options, double sigma, double sigmaY) {
    return std::max(1 / options.gamma, sigmaY * sigmaY / (sigma * sigma));
}
}  // namespace

SolverResult dds(const SamplerInput& in, const DdsOptions& options, const StepHook& hook) {
    const auto levels = edmLevels(options.sigmaMax, options.sigmaMin, options.steps, options.rho);
    const DataConsistency data(*in.A, in.y);
    const StepNoise noise = in.noise();
    at::Tensor x = noise.draw(in.matrix(), 0, NoisePurpose::Start) * levels.front();
    if (options.warmStart) x = x + in.start;
    SamplerSteps steps(options.steps, hook);
    for (std::int64_t i = 0; i < options.steps; ++i) {
        const double sigma = levels[static_cast<std::size_t>(i)];
        const at::Tensor denoised = in.prior.denoise(x, sigma);
        const at::Tensor consistent = data.proximal(denoised, inverseWeight(options, sigma, in.sigmaY), options.cg);
        if (!steps.proceed(consistent, sigma, data.relativeResidual(consistent)) || i + 1 == options.steps) break;
        const double to = levels[static_cast<std::size_t>(i + 1)];
        const at::Tensor fresh = noise.draw(in.matrix(), i, NoisePurpose::Step);
        const at::Tensor predicted = (x - denoised) * (1 / sigma);
        x = consistent + (predicted * std::sqrt(1 - options.eta * options.eta) + fresh * options.eta) * to;
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
