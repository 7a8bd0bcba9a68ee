#include "core/recon/diffusion/diffpir.h"

#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

SolverResult diffpir(const SamplerInput& in, const DiffpirOptions& options, const StepHook& hook) {
    const auto levels = edmLevels(options.sigmaMax, options.sigmaMin, options.steps, options.rho);
    const DataConsistency data(*in.A, in.y);
    const StepNoise noise = in.noise();
    at::Tensor x = noise.draw(in.matrix(), 0, NoisePurpose::Start) * levels.front();
    SamplerSteps steps(options.steps, hook);
    for (std::int64_t i = 0; i < options.steps; ++i) {
        const double sigma = levels[static_cast<std::size_t>(i)];
        const double ratio = options.lambda * in.sigmaY * in.sigmaY / (sigma * sigma);
        const at::Tensor consistent = data.proximal(in.prior.denoise(x, sigma), ratio, options.cg);
        if (!steps.proceed(consistent, sigma, data.relativeResidual(consistent)) || i + 1 == options.steps) break;
        const double to = levels[static_cast<std::size_t>(i + 1)];
        const at::Tensor fresh = noise.draw(in.matrix(), i, NoisePurpose::Step);
        const at::Tensor predicted = (x - consistent) * (1 / sigma);
        x = consistent + (predicted * std::sqrt(1 - options.fresh) + fresh * std::sqrt(options.fresh)) * to;
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
