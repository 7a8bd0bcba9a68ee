#include "core/session/progress_clock.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace larmor::session {

namespace {
constexpr double kShortestLook = 0.5;  // seconds
constexpr double kSmallestShare = 0.02;
}  // namespace

void ProgressClock::update(const StepReport& report, double now) {
    if (report.total > 0) m_fraction = std::clamp(static_cast<double>(report.step) / static_cast<double>(report.total), m_fraction, 1.0);
    if (m_startTime) return;
    m_startTime = now;
    m_startFraction = m_fraction;
}

std::optional<double> ProgressClock::secondsLeft(double now) const {
    if (!m_startTime) return std::nullopt;
    const double run = now - *m_startTime;
    const double done = m_fraction - m_startFraction;
    if (run < kShortestLook || done < kSmallestShare) return std::nullopt;
    return run / done * (1 - m_fraction);
}

std::string durationText(double seconds) {
    const auto whole = static_cast<long long>(std::ceil(std::max(0.0, seconds)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return whole % 60 ? fmt::format("{} min {} s", whole / 60, whole % 60) : fmt::format("{} min", whole / 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace larmor::session
