#include "core/session/tuning_curve.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace larmor::session {

namespace {

using Errors = std::vector<UnitError>;

struct Sums {
    double error = 0, energy = 0;
    [[nodiscard]] double ratio() const { return energy > 0 ? error / energy : 0; }
};

Sums sumsOf(const Errors& units) {
    Sums sums;
    for (const auto& unit : units) sums.error += unit.error, sums.energy += unit.energy;
    return sums;
}

/// Each unit's share in the deviation of sqrt(sum error / sum energy) from its expectation, to first order.
std::vector<double> influences(const Errors& units) {
    const Sums sums = sumsOf(units);
    const double ratio = sums.ratio(), slope = ratio > 0 && sums.energy > 0 ? 1 / (2 * std::sqrt(ratio) * sums.energy) : 0;
    std::vector<double> result;
    for (const auto& unit : units) result.push_back(slope * (unit.error - ratio * unit.energy));
    return result;
}

double standardError(const std::vector<double>& influence) {
    const auto count = static_cast<double>(influence.size());
    if (count < 2) return 0;
    double sum = 0;
    for (const double value : influence) sum += value * value;
    return std::sqrt(count / (count - 1) * sum);
}

std::vector<TuningPoint> pointsOf(const std::vector<double>& values, const std::vector<Errors>& errors, std::size_t best) {
    const auto bestInfluence = influences(errors[best]);
    const double bestError = std::sqrt(sumsOf(errors[best]).ratio());
    std::vector<TuningPoint> points;
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto influence = influences(errors[i]);
        TuningPoint point{values[i], std::sqrt(sumsOf(errors[i]).ratio()), standardError(influence), 0, 0};
        for (std::size_t u = 0; u < influence.size(); ++u) influence[u] -= bestInfluence[u];
        point.difference = point.error - bestError;
        point.differenceError = standardError(influence);
        points.push_back(point);
    }
    return points;
}

/// Vertex of the parabola through three points, in log(value); the middle one's value where there is none.
double vertexOf(const TuningPoint& left, const TuningPoint& middle, const TuningPoint& right) {
    if (!(left.value > 0)) return middle.value;
    const double u = std::log(left.value / middle.value), v = std::log(right.value / middle.value);
    const double a = (left.error - middle.error) / u, b = (right.error - middle.error) / v;
    const double curvature = (b - a) / (v - u);
    if (!(curvature > 0)) return middle.value;
    const double vertex = (a - curvature * u) / (-2 * curvature);
    return std::stod(fmt::format("{:.3g}", middle.value * std::exp(vertex)));
}

bool isFlat(const TuningPoint& point) {
    return point.difference <= point.differenceError;
}

std::string doubtOf(const Tuning& tuning, std::size_t best) {
    const auto& curve = tuning.curve;
    if (std::all_of(curve.begin(), curve.end(), isFlat)) return "No value is worse than another by more than its standard error.";
    if (curve[best].error >= 1)
        return fmt::format(
            "No value predicts the held-out {}s better than zeros would: the gap that they leave is too wide for this method.",
            tuning.unit);
    if (best == 0)
        return fmt::format("The error is lowest at the smallest value that was tried, {:.4g}: smaller ones may be better.",
                           curve.front().value);
    if (best + 1 == curve.size())
        return fmt::format("The error is lowest at the largest value that was tried, {:.4g}: larger ones may be better.",
                           curve.back().value);
    return {};
}

}  // namespace

void judge(Tuning& tuning, const std::vector<double>& values, const std::vector<std::vector<UnitError>>& errors) {
    std::vector<double> usable;
    std::vector<Errors> finite;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(sumsOf(errors[i]).error)) continue;
        usable.push_back(values[i]);
        finite.push_back(errors[i]);
    }
    tuning.heldOut = finite.empty() ? 0 : static_cast<std::int64_t>(finite.front().size());
    if (tuning.heldOut < 2 * kFewestHeldOut) {
        tuning.doubt = fmt::format("Too few {}s lie outside the ACS: {} could be held out, at least {} are needed.", tuning.unit,
                                   tuning.heldOut, 2 * kFewestHeldOut);
        return;
    }
    const auto smaller = [](const Errors& a, const Errors& b) { return sumsOf(a).error < sumsOf(b).error; };
    const auto best = static_cast<std::size_t>(std::min_element(finite.begin(), finite.end(), smaller) - finite.begin());
    tuning.curve = pointsOf(usable, finite, best);
    auto low = best, high = best;
    while (low > 0 && isFlat(tuning.curve[low - 1])) --low;
    while (high + 1 < usable.size() && isFlat(tuning.curve[high + 1])) ++high;
    tuning.flatLow = usable[low];
    tuning.flatHigh = usable[high];
    tuning.lowest = usable[best];
    if (usable.size() < 3) {
        tuning.doubt = fmt::format("Only {} of the {} values gave an image without NaN.", usable.size(), values.size());
        return;
    }
    tuning.doubt = doubtOf(tuning, best);
    if (best > 0 && best + 1 < usable.size()) tuning.lowest = vertexOf(tuning.curve[best - 1], tuning.curve[best], tuning.curve[best + 1]);
}

}  // namespace larmor::session
