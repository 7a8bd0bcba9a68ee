#include "core/recon/diffusion/dps.h"

#include <ATen/ATen.h>

#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
class DpsSampler final : public StepSampler {
public:
    DpsSampler(const SamplerInput& in, const DpsOptions& options)
        : StepSampler(in, LevelPlan::edm(options.sigmaMax, options.sigmaMin, options.steps, options.rho)), m_options(options) {}

private:
    Step step(const at::Tensor& x, const Place& place) const override {
        if (place.isLast()) return estimated(in().prior.denoise(x, place.sigma));
        const auto guidance = dataGuidance(in().prior, data(), x, place.sigma, m_options.jacobianFree);
        const at::Tensor next = m_options.heun ? heunStep(in().prior, x, guidance.denoised, place.sigma, place.to)
                                               : eulerStep(x, guidance.denoised, place.sigma, place.to);
        const at::Tensor guided = next - guidance.direction * m_options.zeta.at(place.step, place.total);
        return {{guidance.denoised, guidance.residual}, guided};
    }

    DpsOptions m_options;
};
}  // namespace

DataGuidance dataGuidance(const Prior& prior, const DataConsistency& data, const at::Tensor& x, double sigma, bool jacobianFree) {
    const Denoised denoised = jacobianFree ? Denoised{prior.denoise(x, sigma), {}} : prior.denoiseForVjp(x, sigma);
    const auto residual = data.residual(denoised.image);
    const at::Tensor v = residual.gradient * 2;
    const at::Tensor gradient = jacobianFree ? v : denoised.vjp(v);
    const at::Tensor inverse = at::where(residual.norm.gt(0), residual.norm.reciprocal(), at::zeros_like(residual.norm));
    const at::Tensor factor = inverse.to(c10::toRealValueType(x.scalar_type())).view({-1, 1, 1});
    return {denoised.image, gradient * factor, residual.relative};
}

std::unique_ptr<StepSampler> dpsSampler(const SamplerInput& in, const DpsOptions& options) {
    return std::make_unique<DpsSampler>(in, options);
}

SolverResult dps(const SamplerInput& in, const DpsOptions& options, const StepHook& hook) {
    return runSteps(*dpsSampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
