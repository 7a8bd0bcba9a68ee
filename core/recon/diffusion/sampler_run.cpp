#include "core/recon/diffusion/sampler_run.h"

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace larmor::recon::diffusion {

namespace {
class HookedRun final : public SamplerRun {
public:
    HookedRun(const StepSampler& sampler, const StepHook& hook) : m_sampler(sampler), m_hook(hook) {}
    const StepSampler* next(SamplerState&) override { return &m_sampler; }
    bool done(const SamplerState& state, const StepEstimate& estimate) override {
        return !m_hook || m_hook({state.step, state.total(), estimate.x, estimate.residual});
    }

private:
    const StepSampler& m_sampler;
    const StepHook& m_hook;
};
}  // namespace

SamplerRun::~SamplerRun() = default;

SolverResult runSteps(SamplerState state, SamplerRun& run) {
    SolverResult result;
    const auto take = [&](const at::Tensor& x) { result = {x, state.step, !state.finished()}; };
    try {
        while (const StepSampler* sampler = run.next(state)) {
            if (state.finished()) {
                take(state.x);
                break;
            }
            const StepEstimate estimate = sampler->advance(state);
            take(estimate.x);
            if (!run.done(state, estimate) || state.finished()) break;
        }
    } catch (const Cancelled&) {
        if (result.steps == 0) throw;
    }
    return result;
}

SolverResult runSteps(const StepSampler& sampler, const StepHook& hook) {
    HookedRun run(sampler, hook);
    return runSteps(sampler.start(), run);
}

}  // namespace larmor::recon::diffusion
