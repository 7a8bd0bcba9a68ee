#include "core/recon/diffusion/daps.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
/// Where the probability-flow ODE takes x from sigma to 0, by Euler steps.
at::Tensor solveOde(const Prior& prior, at::Tensor x, double sigma, const DapsOptions& options) {
    const auto levels = edmLevels(sigma, std::min(options.odeSigmaMin, sigma), options.odeSteps, options.rho);
    for (std::size_t i = 0; i < levels.size(); ++i)
        x = eulerStep(x, prior.denoise(x, levels[i]), levels[i], i + 1 < levels.size() ? levels[i + 1] : 0);
    return x;
}

class DapsSampler final : public StepSampler {
public:
    DapsSampler(const SamplerInput& in, const DapsOptions& options)
        : StepSampler(in, LevelPlan::edm(options.sigmaMax, options.sigmaMin, options.steps, options.rho)), m_options(options) {}

private:
    Step step(const at::Tensor& x, const Place& place) const override {
        const double spread = m_options.sigmaSpread ? place.sigma : std::sqrt(gaussianVariance(in().prior.card(), place.sigma));
        const at::Tensor solved = solveOde(in().prior, x, place.sigma, m_options);
        const at::Tensor x0 = data().draw(solved, in().sigmaY, spread, in().noise(), place.step, m_options.cg);
        return estimated(x0, place.isLast() ? at::Tensor() : x0 + fresh(place) * place.to);
    }

    DapsOptions m_options;
};
}  // namespace

std::unique_ptr<StepSampler> dapsSampler(const SamplerInput& in, const DapsOptions& options) {
    return std::make_unique<DapsSampler>(in, options);
}

SolverResult daps(const SamplerInput& in, const DapsOptions& options, const StepHook& hook) {
    return runSteps(*dapsSampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
