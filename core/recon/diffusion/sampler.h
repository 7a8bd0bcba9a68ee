#pragma once
// What all samplers share. Each is one step on an explicit state, in a file of its own, with two functions:
//
//   std::unique_ptr<StepSampler> nameSampler(const SamplerInput& in, const NameOptions& options);
//   SolverResult name(const SamplerInput& in, const NameOptions& options, const StepHook& hook = {});   // all its steps
//
// The result's x is [sample, readout, phase] in prior units: one posterior sample a seed, or one point estimate. After each step the hook
// gets the denoised estimate of all samples; where it returns false the last one is returned, marked stopped. sampler_run.h holds the loop.
//
// Between network and operator there is arithmetic of one rounding an operation only, and what adds up goes image by image (on the CPU),
// so that the samples of a batch are bit for bit those of single runs wherever the network's own arithmetic allows.

#include <memory>
#include <vector>

#include "core/recon/diffusion/data_consistency.h"
#include "core/recon/diffusion/noise_schedule.h"
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
    std::shared_ptr<const DataConsistency> data = nullptr;  ///< of A and y, where it is there already

    [[nodiscard]] StepNoise noise() const { return {seeds, slice, start.options()}; }
    [[nodiscard]] Shape matrix() const { return start.sizes().vec(); }
    [[nodiscard]] std::int64_t samples() const { return static_cast<std::int64_t>(seeds.size()); }
};

/// Where a sampler stands: with its input, all that the next step depends on.
struct SamplerState {
    std::int64_t step = 0;       ///< steps done
    std::vector<double> levels;  ///< noise level of each step, of those done and those to come
    at::Tensor x;                ///< [S, readout, phase] at the level of the next step; the last estimate where all are done

    [[nodiscard]] std::int64_t total() const { return static_cast<std::int64_t>(levels.size()); }
    [[nodiscard]] bool finished() const { return step >= total(); }
};

/// What a run that ends after this step gives.
struct StepEstimate {
    at::Tensor x;         ///< [S, readout, phase]
    double residual = 0;  ///< ||A x - y|| / ||y||
};

class LARMOR_RECON_EXPORT StepSampler {
public:
    virtual ~StepSampler();
    /// Before the first step: noise of the first level, unless a sampler starts from an image.
    [[nodiscard]] SamplerState start() const;
    /// Does the next step of a state that is not finished. Where it throws, the state is as before.
    [[nodiscard]] StepEstimate advance(SamplerState& state) const;
    [[nodiscard]] const LevelPlan& plan() const { return m_plan; }

protected:
    StepSampler(const SamplerInput& in, LevelPlan plan);

    struct Place {
        std::int64_t step = 0, total = 0;  ///< from 0 to total - 1
        double sigma = 0, to = 0;          ///< its level and the next one's; 0 after the last
        [[nodiscard]] bool isLast() const { return step + 1 == total; }
    };
    struct Step {
        StepEstimate estimate;
        at::Tensor next;  ///< x of the next step; of no use after the last
    };
    [[nodiscard]] virtual Step step(const at::Tensor& x, const Place& place) const = 0;
    /// @param sigma  the first level
    [[nodiscard]] virtual at::Tensor first(double sigma) const;

    /// x with its residual, and the x of the next step
    [[nodiscard]] Step estimated(const at::Tensor& x, at::Tensor next = {}) const;
    [[nodiscard]] const SamplerInput& in() const { return m_in; }
    [[nodiscard]] const DataConsistency& data() const { return *m_in.data; }
    /// New noise of this step, variance 1.
    [[nodiscard]] at::Tensor fresh(const Place& place) const { return m_in.noise().draw(m_in.matrix(), place.step, NoisePurpose::Step); }

private:
    SamplerInput m_in;
    LevelPlan m_plan;
};

/// x + (to - sigma) (x - denoised) / sigma: Euler's step of the probability-flow ODE dx/dsigma = (x - D) / sigma [Karras 2022, eq. 3]
[[nodiscard]] at::Tensor eulerStep(const at::Tensor& x, const at::Tensor& denoised, double sigma, double to);
/// The same, corrected with the slope at its end [Karras 2022, algorithm 1]; Euler's step where `to` is 0.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor heunStep(const Prior& prior, const at::Tensor& x, const at::Tensor& denoised, double sigma,
                                                      double to);

/// The variance of x0 given x0 + sigma n for a Gaussian prior of the card's sigma_data: sigma^2 sigma_d^2 / (sigma^2 + sigma_d^2).
[[nodiscard]] LARMOR_RECON_EXPORT double gaussianVariance(const PriorCard& card, double sigma);

}  // namespace larmor::recon::diffusion
