#include "core/recon/diffusion/method_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/recon/tensor_view.h"

namespace larmor::recon::diffusion {

namespace {
constexpr const char* kImage = "x";  // the one array of a state

[[noreturn]] void refuse(const std::string& why) {
    throw InputError(fmt::format("A kept step does not fit this run: {}.", why),
                     "Go on from a step of the same method, scan, matrix and number of samples.");
}

bool isLevel(double sigma) {
    return std::isfinite(sigma) && sigma > 0;
}
}  // namespace

at::Tensor SampleView::mean(const at::Tensor& samples) {
    return samples.size(0) == 1 ? samples[0] : samples.mean(0);
}

StepState stepState(const SamplerState& state) {
    return {state.step, state.levels, {{kImage, toComplexArray(state.x)}}};
}

SamplerState samplerState(const StepState& state, const at::Tensor& like) {
    const auto found = state.arrays.find(kImage);
    if (state.arrays.size() != 1 || found == state.arrays.end())
        refuse(fmt::format("it holds {} arrays where there is one named '{}'", state.arrays.size(), kImage));
    const ComplexArray& x = found->second;
    const Shape expected = like.sizes().vec();
    if (x.shape() != expected) refuse(fmt::format("its array is {}, the run's {}", toText(x.shape()), toText(expected)));
    if (const auto bad = countNonFinite(x.values()); bad > 0) refuse(fmt::format("{} of its values are not finite numbers", bad));
    const auto total = static_cast<std::int64_t>(state.levels.size());
    if (total == 0 || state.step < 0 || state.step > total || !std::all_of(state.levels.begin(), state.levels.end(), isLevel))
        refuse(fmt::format("step {} of {} noise levels is none, or a level is not above 0", state.step, total));
    return {state.step, state.levels, toTensor(x).to(like.options())};
}

MethodRun::MethodRun(const SamplerFactory& make, const SamplerInput& in, ParamValues values, const SampleView& view,
                     const TurningPrior& turning, StepRecorder& recorder, const RunControl& run)
    : m_make(make),
      m_in(in),
      m_values(std::move(values)),
      m_view(view),
      m_turning(turning),
      m_recorder(recorder),
      m_run(run),
      m_sampler(make(in, m_values)) {}

const StepSampler* MethodRun::next(SamplerState& state) {
    if (m_run.stop.stop_requested() || (m_run.steering && !steer(state))) return nullptr;
    m_turning.beginStep(state.step);
    return m_sampler.get();
}

bool MethodRun::steer(SamplerState& state) {
    const NextStep asked = m_run.steering->next(m_in.slice, stepState(state), m_values);
    if (asked.ends || m_run.stop.stop_requested()) return false;
    const bool changes = !changedInMidRun(m_values, asked.values).empty();
    if (asked.from) state = samplerState(*asked.from, state.x);
    if (changes) {
        m_sampler = m_make(m_in, asked.values);
        m_values = asked.values;
    }
    if ((asked.from || changes) && !state.finished()) state.levels = m_sampler->plan().goOn(std::move(state.levels), state.step);
    return true;
}

bool MethodRun::done(const SamplerState& state, const StepEstimate& estimate) {
    const at::Tensor image = SampleView::mean(m_view.seen(estimate.x));
    const bool goesOn = m_recorder({state.step, state.total(), image, estimate.residual});
    if (m_run.steering)
        m_run.steering->done({m_in.slice, m_values, state.levels[static_cast<std::size_t>(state.step - 1)], estimate.residual,
                              m_in.data ? m_in.data->inNoise(estimate.residual, m_in.sigmaY) : 0, stepState(state),
                              toComplexArray(image * m_view.scale)});
    return goesOn;
}

}  // namespace larmor::recon::diffusion
