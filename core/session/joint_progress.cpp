#include "core/session/joint_progress.h"

#include <algorithm>

#include <fmt/format.h>

namespace larmor::session {

JointProgress::JointProgress(ProgressSink& shown, std::size_t pieces, std::string what, std::size_t whole)
    : m_shown(shown), m_what(std::move(what)), m_parts(pieces, 0), m_done(static_cast<std::int64_t>(whole) * kParts), m_whole(static_cast<std::int64_t>(whole)) {
    std::fill_n(m_parts.begin(), whole, kParts);
}

void JointProgress::set(std::size_t piece, std::int64_t parts, const std::string& stage) {
    const std::lock_guard lock(m_mutex);
    auto& held = m_parts[piece];
    m_whole += (parts == kParts ? 1 : 0) - (held == kParts ? 1 : 0);
    m_done += parts - held;
    held = parts;
    const auto pieces = static_cast<std::int64_t>(m_parts.size());
    m_shown.onStep({m_what.empty() ? stage : fmt::format("{} of {} {}, {}", m_whole, pieces, m_what, stage), m_done, pieces * kParts, {}});
}

void PieceProgress::onStep(const StepReport& report) {
    constexpr auto kParts = JointProgress::kParts;
    const auto parts = report.total > 0 ? std::min(kParts - 1, report.step * kParts / report.total) : 0;
    m_all.set(m_piece, parts, m_name + ", " + report.stage);
}

}  // namespace larmor::session
