#pragma once
// A parameter over the steps of a run, held by knots: its value at a step, and what an edit makes of it. No widgets.

#include <cstddef>
#include <optional>
#include <vector>

namespace larmor::ui {

struct ScheduleKnot {
    int step = 1;
    double value = 1;
    friend bool operator==(const ScheduleKnot&, const ScheduleKnot&) = default;
};

/// Steps count from 1. Between knots the value goes in equal factors from step to step (equal differences where linear), before the first
/// and after the last it stays. Steps up to `done` are past: no edit changes their values.
struct ScheduleCurve {
    std::vector<ScheduleKnot> knots;  ///< at least one, ascending, at most one a step
    int steps = 1, done = 0;
    double minimum = 0.01, maximum = 100;
    bool logarithmic = true;  ///< only with a positive minimum; else the axis is linear all the same

    [[nodiscard]] bool isLogarithmic() const { return logarithmic && minimum > 0; }
    [[nodiscard]] double valueAt(int step) const;
    /// One value a step, from the first to the last.
    [[nodiscard]] std::vector<double> values() const;
    [[nodiscard]] bool isLocked(std::size_t knot) const { return knots[knot].step <= done; }
    /// 0 at the minimum, 1 at the maximum, and back; what lies outside is brought to the end it passed.
    [[nodiscard]] double position(double value) const;
    [[nodiscard]] double atPosition(double position) const;
    /// The same in three significant figures, within the range: what a hand that drags means.
    [[nodiscard]] double tidyValue(double position) const;

    /// Knots brought into order, range and number: the last of several at a step counts; none left becomes one at the minimum.
    [[nodiscard]] ScheduleCurve tidied() const;
    /// The knot moved, as far as its neighbours, the past and the range let it. A locked knot stays.
    [[nodiscard]] ScheduleCurve moved(std::size_t knot, int step, double value) const;
    /// With a knot at a step to come, which replaces the one that is there; unchanged for a step that is done.
    [[nodiscard]] ScheduleCurve with(const ScheduleKnot& knot) const;
    /// Without the knot; unchanged if it is locked or the only one.
    [[nodiscard]] ScheduleCurve without(std::size_t knot) const;
    /// All that is to come raised by a distance on the axis (its whole length is 1), which keeps its form; it stops where the first knot
    /// reaches the range.
    [[nodiscard]] ScheduleCurve shifted(double distance) const;
    /// Fewer knots that stay within `tolerance` of the axis' length of the values at every step; knots of the past stay.
    [[nodiscard]] ScheduleCurve thinned(double tolerance) const;
    [[nodiscard]] std::optional<std::size_t> knotAt(int step) const;

private:
    /// With a knot on the curve at that step: what is on one side of it no longer moves with the other.
    [[nodiscard]] ScheduleCurve pinned(int step) const;
};

}  // namespace larmor::ui
