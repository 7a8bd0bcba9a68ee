#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct DiffpirOptions {
    std::int64_t steps = 50;
    double lambda = 5;   ///< weight of the prior: rho = lambda sigma_y^2 / sigma^2
    double fresh = 0.3;  ///< share of new noise, the paper's zeta
    double sigmaMax = 10, sigmaMin = 0.01, rho = 7;
    InnerCg cg{10, 1e-5};
};

/// DiffPIR [Zhu 2023] with its data step solved by conjugate gradients: xhat = argmin |A x - y|^2 + rho |x - D|^2, then noise of the next
/// level, mixed from what x and xhat differ by and new noise. Returns the last xhat.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult diffpir(const SamplerInput& in, const DiffpirOptions& options, const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> diffpirSampler(const SamplerInput& in, const DiffpirOptions& options);

}  // namespace larmor::recon::diffusion
