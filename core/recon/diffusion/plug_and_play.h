#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct PlugAndPlayOptions {
    std::int64_t steps = 15;
    double lambda = 0.5;   ///< weight of the prior
    double sigmaMax = 0.1, sigmaMin = 0.02;
    InnerCg cg{10, 1e-5};
};

/// Annealed plug-and-play: half-quadratic splitting in the form of DPIR [Zhang 2021]. z = D(x; sigma), then
/// x = argmin |A x - y|^2 / sigma_y^2 + lambda |x - z|^2 / sigma^2, over geometric levels from SamplerInput::start. Deterministic: a point
/// estimate, no sample of the posterior; the seeds only say how many (one is enough).
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult plugAndPlay(const SamplerInput& in, const PlugAndPlayOptions& options,
                                                           const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> plugAndPlaySampler(const SamplerInput& in,
                                                                                  const PlugAndPlayOptions& options);

}  // namespace larmor::recon::diffusion
