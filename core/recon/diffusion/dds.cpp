#include "core/recon/diffusion/dds.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
/// 1 / gamma at a level; 0 where both sigma_y = 0 and gamma are without bound.
double inverseWeight(const DdsOptions& options, double sigma, double sigmaY) {
    return std::max(1 / options.gamma, sigmaY * sigmaY / (sigma * sigma));
}

class DdsSampler final : public StepSampler {
public:
    DdsSampler(const SamplerInput& in, const DdsOptions& options)
        : StepSampler(in, LevelPlan::edm(options.sigmaMax, options.sigmaMin, options.steps, options.rho)), m_options(options) {}

private:
    at::Tensor first(double sigma) const override {
        const at::Tensor noise = StepSampler::first(sigma);
        return m_options.warmStart ? noise + in().start : noise;
    }

    Step step(const at::Tensor& x, const Place& place) const override {
        const at::Tensor denoised = in().prior.denoise(x, place.sigma);
        const at::Tensor consistent = data().proximal(denoised, inverseWeight(m_options, place.sigma, in().sigmaY), m_options.cg);
        if (place.isLast()) return estimated(consistent);
        const at::Tensor predicted = (x - denoised) * (1 / place.sigma);
        const double eta = m_options.eta;
        return estimated(consistent, consistent + (predicted * std::sqrt(1 - eta * eta) + fresh(place) * eta) * place.to);
    }

    DdsOptions m_options;
};
}  // namespace

std::unique_ptr<StepSampler> ddsSampler(const SamplerInput& in, const DdsOptions& options) {
    return std::make_unique<DdsSampler>(in, options);
}

SolverResult dds(const SamplerInput& in, const DdsOptions& options, const StepHook& hook) {
    return runSteps(*ddsSampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
