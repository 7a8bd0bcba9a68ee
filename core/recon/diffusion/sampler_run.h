#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

/// Stands beside the loop of a sampler and may change what it does.
class LARMOR_RECON_EXPORT SamplerRun {
public:
    virtual ~SamplerRun();
    /// Before each step, the first too: what does it, or null where the run ends here. May put another state in the place of `state`; a
    /// finished one ends the run with its x.
    [[nodiscard]] virtual const StepSampler* next(SamplerState& state) = 0;
    /// After each step. @param state  that after it; @returns false where the run ends here
    [[nodiscard]] virtual bool done(const SamplerState& state, const StepEstimate& estimate) = 0;
};

/// The loop of every sampler. The result is the estimate of the step that was done last, marked stopped unless that was the last of all;
/// `steps` is its number, 0 where none was done. A step that is interrupted (Cancelled) ends the run like a stop before it.
/// @throws Cancelled if the first step that was begun is interrupted; Error naming step and sigma where an estimate is not finite
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult runSteps(SamplerState state, SamplerRun& run);
/// All steps of one sampler.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult runSteps(const StepSampler& sampler, const StepHook& hook);

}  // namespace larmor::recon::diffusion
