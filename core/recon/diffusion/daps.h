#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct DapsOptions {
    std::int64_t steps = 50;
    std::int64_t odeSteps = 2;  ///< network evaluations of each solution of the ODE; 1: D itself
    double sigmaMax = 10, sigmaMin = 0.02, rho = 7;
    double odeSigmaMin = 0.01;
    bool sigmaSpread = false;  ///< v = sigma^2 as the paper has it
    InnerCg cg{20, 1e-6};
};

/// Decoupled annealing posterior sampling [Zhang 2025] with the exact data step: x0 from the ODE of the prior, then a draw from
/// N(x0, v) times the likelihood of the samples (perturb-and-MAP in place of Langevin steps), then noise of the next level.
/// v is gaussianVariance: with one ODE step each step is then exact for a Gaussian prior of the card's sigma_data, whatever the levels.
/// The paper takes v = sigma^2, which is right only in the limit of many steps, and weighs distinct modes better. Returns the last draw.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult daps(const SamplerInput& in, const DapsOptions& options, const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> dapsSampler(const SamplerInput& in, const DapsOptions& options);

}  // namespace larmor::recon::diffusion
