#pragma once
#include "core/recon/diffusion/sampler.h"

namespace larmor::recon::diffusion {

struct DpsOptions {
    std::int64_t steps = 100;
    /// Weight of the data, zeta / |r| times the gradient of |r|^2 = |A D - y|^2: twice the coefficient on the gradient of |r| that other
    /// codes of DPS name.
    StepSchedule zeta = 1.0;
    double sigmaMax = 10, sigmaMin = 0.002, rho = 7;
    bool heun = false;          ///< the second-order step instead of Euler's, at twice the network evaluations
    bool jacobianFree = false;  ///< the gradient by D instead of x: no backward pass through the network
};

/// Diffusion posterior sampling on EDM's probability-flow ODE [Chung 2023; as used for MRI by Asad Aali 2023]: a step of the ODE, then a
/// step against the gradient of the data residual of D(x). Deterministic but for its start. Returns D of the last step.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult dps(const SamplerInput& in, const DpsOptions& options, const StepHook& hook = {});
/// One step of it at a time.
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<StepSampler> dpsSampler(const SamplerInput& in, const DpsOptions& options);

/// D(x; sigma) and g / |r| with g = grad_x |A D(x) - y|^2 = J_D^T 2 A^H (A D - y), an item each; autograd sees the network alone.
struct DataGuidance {
    at::Tensor denoised, direction;
    double residual = 0;
};
[[nodiscard]] LARMOR_RECON_EXPORT DataGuidance dataGuidance(const Prior& prior, const DataConsistency& data, const at::Tensor& x,
                                                            double sigma, bool jacobianFree);

}  // namespace larmor::recon::diffusion
