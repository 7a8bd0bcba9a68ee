#include "core/recon/step_recorder.h"

#include <utility>

#include <ATen/ATen.h>

#include "core/recon/scaling.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon {

StepRecorder::StepRecorder(std::string stage, const MethodInput& in, double imageScale, const RunControl& run)
    : m_stage(std::move(stage)), m_slice(in.slice), m_imageScale(imageScale), m_run(run) {}

bool StepRecorder::operator()(const SolverStep& step) {
    m_trace.push_back({m_slice, step.step, step.residual});
    m_run.progress->onStep({m_stage, step.step, step.total, step.residual});
    if (m_run.progress->wantsPreview()) m_run.progress->onPreview(toComplexArray(step.x * m_imageScale));
    return !m_run.stop.stop_requested() || step.step == step.total;
}

MethodResult StepRecorder::finish(const SolverResult& solved, const std::string& combination) {
    if (solved.steps == 0 && m_run.stop.stop_requested()) throw Cancelled();
    return {solved.x * m_imageScale, std::move(m_trace), combination, solved.stopped};
}

ScaledProblem scaledProblem(const MethodInput& in) {
    if (!in.A) throw PluginError("The method works with coil maps, but its manifest does not say that it needs \"maps\".");
    ScaledProblem problem;
    problem.scale = picsScale(in.y, in.mask);
    problem.equations.AHA = [A = in.A](const at::Tensor& x) { return A->normal(x); };
    problem.equations.AHy = in.A->adjoint(in.y).div_(problem.scale);
    problem.equations.yNorm = length(in.y) / problem.scale;
    return problem;
}

}  // namespace larmor::recon
