#include "core/recon/diffusion/prior_sample.h"

#include <ATen/ATen.h>

#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
class PriorSampler final : public StepSampler {
public:
    PriorSampler(const SamplerInput& in, const PriorSampleOptions& options)
        : StepSampler(in, LevelPlan::edm(options.sigmaMax, options.sigmaMin, options.steps, options.rho)) {}

private:
    Step step(const at::Tensor& x, const Place& place) const override {
        const at::Tensor denoised = in().prior.denoise(x, place.sigma);
        // Not within the braces: where an initialiser there throws, GCC 12 destroys the members before it twice.
        const at::Tensor next = place.isLast() ? at::Tensor() : heunStep(in().prior, x, denoised, place.sigma, place.to);
        return {{denoised, 0}, next};
    }
};
}  // namespace

std::unique_ptr<StepSampler> priorSampler(const SamplerInput& in, const PriorSampleOptions& options) {
    return std::make_unique<PriorSampler>(in, options);
}

SolverResult priorSample(const SamplerInput& in, const PriorSampleOptions& options, const StepHook& hook) {
    return runSteps(*priorSampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
