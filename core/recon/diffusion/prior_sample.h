#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct PriorSampleOptions {
    std::int64_t steps = 25;
    double sigmaMax = 10, sigmaMin = 0.002, rho = 7;
};

/// Draws from the prior alone by Heun's method on the probability-flow ODE [Karras 2022, algorithm 1]; 2 N - 1 network evaluations.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult priorSample(const SamplerInput& in, const PriorSampleOptions& options,
                                                           const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> priorSampler(const SamplerInput& in, const PriorSampleOptions& options);

}  // namespace larmor::recon::diffusion
