#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct DdsOptions {
    std::int64_t steps = 30;
    /// Largest weight of the data against the prior in (1 + gamma A^H A) x = D + gamma A^H y. At low noise levels it follows
    /// sigma^2 / sigma_y^2, the weight for noise sigma_y in the samples and sigma in D, where that is smaller.
    double gamma = 10;
    double eta = 1;  ///< share of new noise: 0 deterministic, 1 all noise drawn anew
    double sigmaMax = 1, sigmaMin = 0.01, rho = 7;
    bool warmStart = true;  ///< from SamplerInput::start with noise of sigmaMax ("come closer" [Chung 2022]); else from noise alone
    InnerCg cg{5, 1e-5};
};

/// Decomposed diffusion sampling [Chung 2024] on variance-exploding levels: D is corrected by a few conjugate-gradient steps on the data,
/// then noise of the next level is added. No backward pass. Returns the corrected image of the last step.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult dds(const SamplerInput& in, const DdsOptions& options, const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> ddsSampler(const SamplerInput& in, const DdsOptions& options);

}  // namespace larmor::recon::diffusion
