#include "core/recon/diffusion/plug_and_play.h"

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

SolverResult plugAndPlay(const SamplerInput& in, const PlugAndPlayOptions& options, const StepHook& hook) {
    const auto levels = geometricLevels(options.sigmaMax, options.sigmaMin, options.steps);
    const DataConsistency data(*in.A, in.y);
    at::Tensor x = in.start.unsqueeze(0).expand({in.samples(), -1, -1}).contiguous();
    SamplerSteps steps(options.steps, hook);
    for (const double sigma : levels) {
        const double ratio = options.lambda * in.sigmaY * in.sigmaY / (sigma * sigma);
        x = data.proximal(in.prior.denoise(x, sigma), ratio, options.cg);
        if (!steps.proceed(x, sigma, data.relativeResidual(x))) break;
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
