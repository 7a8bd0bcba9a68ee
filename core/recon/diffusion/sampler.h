#pragma once
// What all samplers share. Each is a function
//
//   SolverResult name(const SamplerInput& in, const NameOptions& options, const StepHook& hook = {});
//
// in a file of its own. The result's x is [sample, readout, phase] in prior units: one posterior sample a seed, or one point estimate.
// After each step the hook gets the denoised estimate of all samples; where it returns false the last one is returned, marked stopped.
//
// Between network and operator there is arithmetic of one rounding an operation only, and what adds up goes image by image (on the CPU),
// so that the samples of a batch are bit for bit those of single runs wherever the network's own arithmetic allows.

#include <memory>
#include <vector>

#include "core/recon/diffusion/data_consistency.h"
#include "core/recon/diffusion/prior.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon::diffusion {

struct SamplerInput {
    const Prior& prior;
    std::shared_ptr<const SenseOperator> A;  ///< null for sampling without data
    at::Tensor y;                            ///< [coil, readout, phase] in prior units, zero where the mask is
    at::Tensor start;                        ///< [readout, phase] for warm starts: an image from the samples, in prior units
    double sigmaY = 0;                       ///< noise of y in the real and in the imaginary part each, in prior units
    std::vector<std::uint64_t> seeds;        ///< one a sample
    std::int64_t slice = 0;

    [[nodiscard]] StepNoise noise() const { return {seeds, slice, start.options()}; }
    [[nodiscard]] Shape matrix() const { return start.sizes().vec(); }
    [[nodiscard]] std::int64_t samples() const { return static_cast<std::int64_t>(seeds.size()); }
};

/// Tells the hook and keeps the result. Used by every sampler once a step.
class LARMOR_RECON_EXPORT SamplerSteps {
public:
    SamplerSteps(std::int64_t total, const StepHook& hook) : m_total(total), m_hook(hook) {}
    /// @param estimate [S, readout, phase]; @returns false where the sampler ends here.
    /// @throws Error naming step and sigma if it is not finite
    [[nodiscard]] bool proceed(const at::Tensor& estimate, double sigma, double residual);
    [[nodiscard]] SolverResult take() { return std::move(m_result); }

private:
    std::int64_t m_total;
    const StepHook& m_hook;
    SolverResult m_result;
};

/// x + (to - sigma) (x - denoised) / sigma: Euler's step of the probability-flow ODE dx/dsigma = (x - D) / sigma [Karras 2022, eq. 3]
[[nodiscard]] at::Tensor eulerStep(const at::Tensor& x, const at::Tensor& denoised, double sigma, double to);
/// The same, corrected with the slope at its end [Karras 2022, algorithm 1]; Euler's step where `to` is 0.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor heunStep(const Prior& prior, const at::Tensor& x, const at::Tensor& denoised, double sigma,
                                                      double to);

/// The variance of x0 given x0 + sigma n for a Gaussian prior of the card's sigma_data: sigma^2 sigma_d^2 / (sigma^2 + sigma_d^2).
[[nodiscard]] LARMOR_RECON_EXPORT double gaussianVariance(const PriorCard& card, double sigma);

}  // namespace larmor::recon::diffusion
