#include "core/recon/diffusion/prior_sample.h"

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

SolverResult priorSample(const SamplerInput& in, const PriorSampleOptions& options, const StepHook& hook) {
    const auto levels = edmLevels(options.sigmaMax, options.sigmaMin, options.steps, options.rho);
    at::Tensor x = in.noise().draw(in.matrix(), 0, NoisePurpose::Start) * levels.front();
    SamplerSteps steps(options.steps, hook);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const at::Tensor denoised = in.prior.denoise(x, levels[i]);
        if (!steps.proceed(denoised, levels[i], 0)) break;
        x = heunStep(in.prior, x, denoised, levels[i], i + 1 < levels.size() ? levels[i + 1] : 0);
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
