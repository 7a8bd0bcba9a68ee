#pragma once
#include <optional>

#include "core/base/run_control.h"

namespace larmor::session {

/// How much of a run is done, and how long the rest takes at the pace seen so far. Time is given from outside, in seconds of any
/// monotonic clock, so that it can be tested.
class ProgressClock {
public:
    void update(const StepReport& report, double now);
    [[nodiscard]] double fraction() const { return m_fraction; }
    /// Empty until half a second and 2 % of the run were seen: earlier guesses mislead.
    [[nodiscard]] std::optional<double> secondsLeft(double now) const;

private:
    double m_fraction = 0;
    std::optional<double> m_startTime;
    double m_startFraction = 0;
};

/// "3 s", "2 min 10 s", "1 h 5 min"
[[nodiscard]] std::string durationText(double seconds);

}  // namespace larmor::session
