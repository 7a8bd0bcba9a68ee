#include "core/base/solvers/step_trace.h"

#include <utility>

namespace larmor::solvers {

StepTrace::StepTrace(std::string stage, std::int64_t slice, const RunControl& run) : m_stage(std::move(stage)), m_slice(slice), m_run(run) {}

bool StepTrace::add(std::int64_t step, std::int64_t total, double residual, const std::function<ComplexArray()>& image) {
    while (!m_trace.empty() && m_trace.back().step >= step) m_trace.pop_back();
    m_trace.push_back({m_slice, step, residual});
    m_run.progress->onStep({m_stage, step, total, residual});
    if (m_run.progress->wantsPreview()) m_run.progress->onPreview(image());
    return !m_run.stop.stop_requested() || step == total;
}

std::vector<TracePoint> StepTrace::take(std::int64_t steps) {
    if (steps == 0 && m_run.stop.stop_requested()) throw Cancelled();
    return std::move(m_trace);
}

}  // namespace larmor::solvers
