#pragma once
// The run of a sampler that is a method: what its values say now, who is told of a step, who may change the next one.

#include <functional>
#include <memory>

#include "core/base/steering.h"
#include "core/recon/diffusion/sampler_run.h"
#include "core/recon/diffusion/supported_prior.h"
#include "core/recon/diffusion/turning_prior.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon::diffusion {

/// Makes a sampler from values of a method's parameters.
using SamplerFactory = std::function<std::unique_ptr<StepSampler>(const SamplerInput& in, const ParamValues& values)>;

/// From samples in prior units to the image of the result.
struct SampleView {
    const SupportedPrior* support = nullptr;  ///< null: without data every pixel is seen
    double scale = 1;                         ///< data units = scale x prior units

    [[nodiscard]] at::Tensor seen(const at::Tensor& x) const { return support ? support->within(x) : x; }
    /// [readout, phase] in prior units: the one sample, or the mean. @param samples  what seen() gave
    [[nodiscard]] static at::Tensor mean(const at::Tensor& samples);
};

class MethodRun final : public SamplerRun {
public:
    /// All but `values` must outlive it. @param turning  the prior that is turned by the step
    MethodRun(const SamplerFactory& make, const SamplerInput& in, ParamValues values, const SampleView& view, const TurningPrior& turning,
              StepRecorder& recorder, const RunControl& run);
    [[nodiscard]] SamplerState start() const { return m_sampler->start(); }
    /// @throws UsageError, InputError where steering asks for what cannot be: see changedInMidRun, LevelPlan::goOn, samplerState
    [[nodiscard]] const StepSampler* next(SamplerState& state) override;
    [[nodiscard]] bool done(const SamplerState& state, const StepEstimate& estimate) override;

private:
    [[nodiscard]] bool steer(SamplerState& state);

    const SamplerFactory& m_make;
    const SamplerInput& m_in;
    ParamValues m_values;
    const SampleView& m_view;
    const TurningPrior& m_turning;
    StepRecorder& m_recorder;
    const RunControl& m_run;
    std::unique_ptr<StepSampler> m_sampler;
};

/// A copy as others keep it, complex64.
[[nodiscard]] LARMOR_RECON_EXPORT StepState stepState(const SamplerState& state);
/// The way back. @param like  a state of the same run: shape, type and device
/// @throws InputError if it is the state of another method, matrix or number of samples, or holds what is not a number
[[nodiscard]] LARMOR_RECON_EXPORT SamplerState samplerState(const StepState& state, const at::Tensor& like);

}  // namespace larmor::recon::diffusion
