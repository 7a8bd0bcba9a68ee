#include "core/recon/diffusion/dps.h"

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

DataGuidance dataGuidance(const Prior& prior, const DataConsistency& data, const at::Tensor& x, double sigma, bool jacobianFree) {
    const Denoised denoised = jacobianFree ? Denoised{prior.denoise(x, sigma), {}} : prior.denoiseForVjp(x, sigma);
    const auto residual = data.residual(denoised.image);
    const at::Tensor v = residual.gradient * 2;
    const at::Tensor gradient = jacobianFree ? v : denoised.vjp(v);
    const at::Tensor inverse = at::where(residual.norm.gt(0), residual.norm.reciprocal(), at::zeros_like(residual.norm));
    const at::Tensor factor = inverse.to(c10::toRealValueType(x.scalar_type())).view({-1, 1, 1});
    return {denoised.image, gradient * factor, residual.relative};
}

SolverResult dps(const SamplerInput& in, const DpsOptions& options, const StepHook& hook) {
    const auto levels = edmLevels(options.sigmaMax, options.sigmaMin, options.steps, options.rho);
    const DataConsistency data(*in.A, in.y);
    at::Tensor x = in.noise().draw(in.matrix(), 0, NoisePurpose::Start) * levels.front();
    SamplerSteps steps(options.steps, hook);
    for (std::int64_t i = 0; i < options.steps; ++i) {
        const double sigma = levels[static_cast<std::size_t>(i)];
        if (i + 1 == options.steps) {
            const at::Tensor last = in.prior.denoise(x, sigma);
            (void)steps.proceed(last, sigma, data.relativeResidual(last));
            break;
        }
        const double to = levels[static_cast<std::size_t>(i + 1)];
        const auto guidance = dataGuidance(in.prior, data, x, sigma, options.jacobianFree);
        if (!steps.proceed(guidance.denoised, sigma, guidance.residual)) break;
        const at::Tensor next =
            options.heun ? heunStep(in.prior, x, guidance.denoised, sigma, to) : eulerStep(x, guidance.denoised, sigma, to);
        x = next - guidance.direction * options.zeta.at(i, options.steps);
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
