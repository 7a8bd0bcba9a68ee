#include "core/recon/diffusion/diffpir.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
class DiffpirSampler final : public StepSampler {
public:
    DiffpirSampler(const SamplerInput& in, const DiffpirOptions& options)
        : StepSampler(in, LevelPlan::edm(options.sigmaMax, options.sigmaMin, options.steps, options.rho)), m_options(options) {}

private:
    Step step(const at::Tensor& x, const Place& place) const override {
        const double ratio = m_options.lambda * in().sigmaY * in().sigmaY / (place.sigma * place.sigma);
        const at::Tensor consistent = data().proximal(in().prior.denoise(x, place.sigma), ratio, m_options.cg);
        if (place.isLast()) return estimated(consistent);
        const at::Tensor predicted = (x - consistent) * (1 / place.sigma);
        const double share = m_options.fresh;
        return estimated(consistent, consistent + (predicted * std::sqrt(1 - share) + fresh(place) * std::sqrt(share)) * place.to);
    }

    DiffpirOptions m_options;
};
}  // namespace

std::unique_ptr<StepSampler> diffpirSampler(const SamplerInput& in, const DiffpirOptions& options) {
    return std::make_unique<DiffpirSampler>(in, options);
}

SolverResult diffpir(const SamplerInput& in, const DiffpirOptions& options, const StepHook& hook) {
    return runSteps(*diffpirSampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
