#include "core/recon/step_recorder.h"

#include <utility>

#include <ATen/ATen.h>

#include "core/recon/coils/combine.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon {

StepRecorder::StepRecorder(std::string stage, const MethodInput& in, double imageScale, const RunControl& run)
    : m_stage(std::move(stage)), m_slice(in.slice), m_hasSets(in.A && in.A->sets() > 1), m_imageScale(imageScale), m_run(run) {}

StepRecorder::StepRecorder(std::string stage, const SeriesInput& in, double imageScale, const RunControl& run)
    : m_stage(std::move(stage)), m_slice(in.series), m_hasSets(false), m_imageScale(imageScale), m_run(run) {}

bool StepRecorder::operator()(const SolverStep& step) {
    while (!m_trace.empty() && m_trace.back().step >= step.step) m_trace.pop_back();
    m_trace.push_back({m_slice, step.step, step.residual});
    m_run.progress->onStep({m_stage, step.step, step.total, step.residual});
    if (m_run.progress->wantsPreview()) {
        const bool isSeries = step.x.dim() == 3 && !m_hasSets;
        m_run.progress->onPreview(toComplexArray(imageOf(isSeries ? step.x[step.x.size(0) / 2] : step.x)));
    }
    return !m_run.stop.stop_requested() || step.step == step.total;
}

SeriesResult StepRecorder::finishSeries(const SolverResult& solved, const std::string& combination) {
    auto result = finish(solved, combination);
    return {std::move(result.image), std::move(result.trace), std::move(result.combination), result.stoppedEarly};
}

at::Tensor StepRecorder::imageOf(const at::Tensor& x) const {
    return (m_hasSets ? combineSets(x) : x) * m_imageScale;
}

MethodResult StepRecorder::finish(const SolverResult& solved, const std::string& combination) {
    if (solved.steps == 0 && m_run.stop.stop_requested()) throw Cancelled();
    return {imageOf(solved.x), std::move(m_trace), combination, solved.stopped};
}

}  // namespace larmor::recon
