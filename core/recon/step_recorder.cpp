#include "core/recon/step_recorder.h"

#include <utility>

#include <ATen/ATen.h>

#include "core/recon/coils/combine.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon {

StepRecorder::StepRecorder(std::string stage, const MethodInput& in, double imageScale, const RunControl& run)
    : m_hasSets(in.A && in.A->sets() > 1), m_imageScale(imageScale), m_trace(std::move(stage), in.slice, run) {}

StepRecorder::StepRecorder(std::string stage, const SeriesInput& in, double imageScale, const RunControl& run)
    : m_hasSets(false), m_imageScale(imageScale), m_trace(std::move(stage), in.series, run) {}

bool StepRecorder::operator()(const SolverStep& step) {
    return m_trace.add(step.step, step.total, step.residual, [&] {
        const bool isSeries = step.x.dim() == 3 && !m_hasSets;
        return toComplexArray(imageOf(isSeries ? step.x[step.x.size(0) / 2] : step.x));
    });
}

SeriesResult StepRecorder::finishSeries(const SolverResult& solved, const std::string& combination) {
    auto result = finish(solved, combination);
    return {std::move(result.image), std::move(result.trace), std::move(result.combination), result.stoppedEarly};
}

at::Tensor StepRecorder::imageOf(const at::Tensor& x) const {
    return (m_hasSets ? combineSets(x) : x) * m_imageScale;
}

MethodResult StepRecorder::finish(const SolverResult& solved, const std::string& combination) {
    auto trace = m_trace.take(solved.steps);
    return {imageOf(solved.x), std::move(trace), combination, solved.stopped};
}

}  // namespace larmor::recon
