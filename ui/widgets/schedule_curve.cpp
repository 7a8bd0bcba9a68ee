#include "ui/widgets/schedule_curve.h"

#include <algorithm>
#include <cmath>

#include <QString>

namespace larmor::ui {

namespace {

constexpr int kDigits = 3;

bool isBefore(const ScheduleKnot& knot, int step) { return knot.step < step; }

}  // namespace

double ScheduleCurve::position(double value) const {
    if (maximum <= minimum) return 0;
    const double inside = std::clamp(value, minimum, maximum);
    if (!isLogarithmic()) return (inside - minimum) / (maximum - minimum);
    return std::log(inside / minimum) / std::log(maximum / minimum);
}

double ScheduleCurve::atPosition(double position) const {
    if (position <= 0) return minimum;
    if (position >= 1) return maximum;
    if (!isLogarithmic()) return minimum + position * (maximum - minimum);
    return minimum * std::pow(maximum / minimum, position);
}

double ScheduleCurve::tidyValue(double position) const {
    return std::clamp(QString::number(atPosition(position), 'e', kDigits - 1).toDouble(), minimum, maximum);
}

double ScheduleCurve::valueAt(int step) const {
    const auto next = std::lower_bound(knots.begin(), knots.end(), step, isBefore);
    if (next == knots.end()) return knots.back().value;
    if (next == knots.begin() || next->step == step) return next->value;
    const ScheduleKnot& last = *std::prev(next);
    if (last.value == next->value) return last.value;
    const double part = static_cast<double>(step - last.step) / (next->step - last.step);
    if (!isLogarithmic()) return last.value + part * (next->value - last.value);
    return last.value * std::pow(next->value / last.value, part);
}

std::vector<double> ScheduleCurve::values() const {
    std::vector<double> values;
    for (int step = 1; step <= steps; ++step) values.push_back(valueAt(step));
    return values;
}

std::optional<std::size_t> ScheduleCurve::knotAt(int step) const {
    const auto found = std::lower_bound(knots.begin(), knots.end(), step, isBefore);
    if (found == knots.end() || found->step != step) return std::nullopt;
    return static_cast<std::size_t>(found - knots.begin());
}

ScheduleCurve ScheduleCurve::tidied() const {
    ScheduleCurve tidy = *this;
    tidy.steps = std::max(steps, 1);
    tidy.done = std::clamp(done, 0, tidy.steps);
    std::erase_if(tidy.knots, [](const ScheduleKnot& knot) { return !std::isfinite(knot.value); });
    for (ScheduleKnot& knot : tidy.knots)
        knot = {std::clamp(knot.step, 1, tidy.steps), std::clamp(knot.value, minimum, std::max(minimum, maximum))};
    std::stable_sort(tidy.knots.begin(), tidy.knots.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
    std::vector<ScheduleKnot> single;
    for (const ScheduleKnot& knot : tidy.knots) {
        if (!single.empty() && single.back().step == knot.step) single.pop_back();
        single.push_back(knot);
    }
    if (single.empty()) single.push_back({1, minimum});
    tidy.knots = std::move(single);
    return tidy;
}

ScheduleCurve ScheduleCurve::pinned(int step) const {
    ScheduleCurve held = *this;
    if (step >= 1 && step <= steps && !knotAt(step))
        held.knots.insert(std::lower_bound(held.knots.begin(), held.knots.end(), step, isBefore), {step, valueAt(step)});
    return held;
}

ScheduleCurve ScheduleCurve::moved(std::size_t knot, int step, double value) const {
    if (knot >= knots.size() || isLocked(knot)) return *this;
    ScheduleCurve next = pinned(done);
    const std::size_t at = *next.knotAt(knots[knot].step);
    const int earliest = (at > 0 ? next.knots[at - 1].step : done) + 1;
    const int latest = at + 1 < next.knots.size() ? next.knots[at + 1].step - 1 : steps;
    next.knots[at] = {std::clamp(step, earliest, latest), std::clamp(value, minimum, maximum)};
    return next;
}

ScheduleCurve ScheduleCurve::with(const ScheduleKnot& knot) const {
    if (knot.step <= done || knot.step > steps) return *this;
    ScheduleCurve next = pinned(done);
    const ScheduleKnot inside{knot.step, std::clamp(knot.value, minimum, maximum)};
    if (const auto there = next.knotAt(knot.step)) next.knots[*there] = inside;
    else next.knots.insert(std::lower_bound(next.knots.begin(), next.knots.end(), knot.step, isBefore), inside);
    return next;
}

ScheduleCurve ScheduleCurve::without(std::size_t knot) const {
    if (knot >= knots.size() || isLocked(knot) || knots.size() == 1) return *this;
    const int step = knots[knot].step;
    ScheduleCurve next = pinned(done);
    next.knots.erase(next.knots.begin() + static_cast<std::ptrdiff_t>(*next.knotAt(step)));
    return next;
}

ScheduleCurve ScheduleCurve::shifted(double distance) const {
    if (done >= steps || distance == 0) return *this;
    // The step after the past gets a knot as well, so that the change acts from there and not little by little.
    ScheduleCurve next = done > 0 ? pinned(done).pinned(done + 1) : *this;
    double allowed = distance;
    for (const ScheduleKnot& knot : next.knots)
        if (knot.step > done) allowed = std::clamp(allowed, -position(knot.value), 1 - position(knot.value));
    for (ScheduleKnot& knot : next.knots)
        if (knot.step > done) knot.value = tidyValue(position(knot.value) + allowed);
    return next;
}

ScheduleCurve ScheduleCurve::thinned(double tolerance) const {
    const std::vector<double> wanted = values();
    const auto isNear = [&](const ScheduleCurve& curve) {
        for (int step = 1; step <= steps; ++step)
            if (std::abs(position(curve.valueAt(step)) - position(wanted[static_cast<std::size_t>(step - 1)])) > tolerance) return false;
        return true;
    };
    ScheduleCurve thin = pinned(done);
    for (std::size_t knot = thin.knots.size(); knot-- > 0;) {
        if (thin.isLocked(knot) || thin.knots.size() == 1) continue;
        ScheduleCurve fewer = thin;
        fewer.knots.erase(fewer.knots.begin() + static_cast<std::ptrdiff_t>(knot));
        if (isNear(fewer)) thin = std::move(fewer);
    }
    return thin;
}

}  // namespace larmor::ui
