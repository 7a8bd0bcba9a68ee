#include "core/recon/diffusion/plug_and_play.h"

#include <ATen/ATen.h>

#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
class PlugAndPlaySampler final : public StepSampler {
public:
    PlugAndPlaySampler(const SamplerInput& in, const PlugAndPlayOptions& options)
        : StepSampler(in, LevelPlan::geometric(options.sigmaMax, options.sigmaMin, options.steps)), m_options(options) {}

private:
    at::Tensor first(double) const override { return in().start.unsqueeze(0).expand({in().samples(), -1, -1}).contiguous(); }

    Step step(const at::Tensor& x, const Place& place) const override {
        const double ratio = m_options.lambda * in().sigmaY * in().sigmaY / (place.sigma * place.sigma);
        const at::Tensor consistent = data().proximal(in().prior.denoise(x, place.sigma), ratio, m_options.cg);
        return estimated(consistent, consistent);
    }

    PlugAndPlayOptions m_options;
};
}  // namespace

std::unique_ptr<StepSampler> plugAndPlaySampler(const SamplerInput& in, const PlugAndPlayOptions& options) {
    return std::make_unique<PlugAndPlaySampler>(in, options);
}

SolverResult plugAndPlay(const SamplerInput& in, const PlugAndPlayOptions& options, const StepHook& hook) {
    return runSteps(*plugAndPlaySampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
