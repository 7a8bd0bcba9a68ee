#include "core/session/slice_progress.h"

#include <algorithm>

#include <fmt/format.h>

namespace larmor::session {

SliceProgress::SliceProgress(ProgressSink& outer, std::int64_t slices, std::int64_t stepsPerSlice, Finish finish, std::string unit)
    : m_outer(outer), m_slices(slices), m_steps(stepsPerSlice), m_unit(std::move(unit)), m_finish(std::move(finish)) {}

void SliceProgress::begin(std::int64_t position, std::string stage, bool own) {
    m_position = position;
    m_stage = std::move(stage);
    m_own = own;
    tell(0, std::nullopt);
}

void SliceProgress::endSlice() { tell(std::max<std::int64_t>(1, m_steps), std::nullopt); }

void SliceProgress::onStep(const StepReport& report) {
    if (!m_own) return;
    if (report.total > 0) m_steps = report.total;
    tell(std::min(report.step, m_steps), report.residual);
}

bool SliceProgress::wantsPreview() { return m_outer.wantsPreview(); }

void SliceProgress::onPreview(ComplexArray image) { m_outer.onPreview(m_finish(std::move(image))); }

void SliceProgress::tell(std::int64_t stepInSlice, std::optional<double> residual) {
    const auto stage = m_slices > 1 ? fmt::format("{} {} of {}, {}", m_unit, m_position + 1, m_slices, m_stage) : m_stage;
    m_outer.onStep({stage, m_position * m_steps + stepInSlice, m_slices * m_steps, residual});
}

}  // namespace larmor::session
