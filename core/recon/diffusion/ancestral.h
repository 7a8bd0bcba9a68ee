#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct AncestralOptions {
    std::int64_t steps = 100;  ///< at most DDPM's 1000
    StepSchedule zeta = 1.0;   ///< as DpsOptions::zeta
    bool jacobianFree = false;
    InnerCg cg{30, 1e-6};  ///< of ancestralGaussian
};

/// DPS in DDPM's ancestral form, as the stroke paper prints its Algorithm 1 [Ho 2020; Chung 2023, algorithm 1]: x' from q(x' | x, x0 = D),
/// then a step against the gradient of the data residual. It runs in the coordinates u = x / sqrt(abar), where DDPM's chain is the
/// variance-exploding one with sigma^2 = (1 - abar) / abar; the gradient by DDPM's x then gains sqrt((1 + sigma^2)(1 + sigma'^2)).
/// Returns D of the last step.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult ancestralDps(const SamplerInput& in, const AncestralOptions& options,
                                                            const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> ancestralDpsSampler(const SamplerInput& in, const AncestralOptions& options);

/// The same chain with x0 drawn from N(D, v) times the likelihood of the samples instead of a gradient step, v = gaussianVariance: exact
/// in every step for a Gaussian prior of the card's sigma_data, and without a backward pass. Returns the last x0.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult ancestralGaussian(const SamplerInput& in, const AncestralOptions& options,
                                                                 const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> ancestralGaussianSampler(const SamplerInput& in,
                                                                                        const AncestralOptions& options);

}  // namespace larmor::recon::diffusion
