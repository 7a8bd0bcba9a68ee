#include "core/recon/diffusion/noise_schedule.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::diffusion {

namespace {
void check(double max, double min, std::int64_t count) {
    if (count < 1 || !(min > 0) || !(max >= min) || !std::isfinite(max))
        throw UsageError(fmt::format("{} noise levels from {} down to {} cannot be made.", count, max, min),
                         "Ask for at least one, from the larger to the smaller, both above 0.");
}

/// i/(N-1), 0 for N = 1
double fraction(std::int64_t i, std::int64_t count) {
    return count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
}

/// All of DDPM's levels, the smallest first.
const std::vector<double>& ddpmTable() {
    constexpr std::int64_t kSteps = 1000;
    constexpr double kFirstBeta = 1e-4, kLastBeta = 0.02;
    static const std::vector<double> all = [] {
        std::vector<double> levels;
        double logKept = 0;  // ln abar
        for (std::int64_t t = 0; t < kSteps; ++t) {
            logKept += std::log1p(-(kFirstBeta + fraction(t, kSteps) * (kLastBeta - kFirstBeta)));
            levels.push_back(std::sqrt(std::expm1(-logKept)));
        }
        return levels;
    }();
    return all;
}

/// N of those from `from` downwards, at equal distances.
std::vector<double> ddpmLevelsFrom(double from, std::int64_t count) {
    const auto& all = ddpmTable();
    const auto top = std::distance(all.begin(), std::lower_bound(all.begin(), all.end() - 1, from));
    if (count < 1 || count > top + 1)
        throw UsageError(fmt::format("DDPM's schedule has {} levels{}; {} were asked for.", top + 1,
                                     top + 1 < std::ssize(all) ? fmt::format(" from {:.4g} on", from) : "", count),
                         fmt::format("Ask for 1 to {} steps.", top + 1));
    std::vector<double> levels;
    for (std::int64_t i = 0; i < count; ++i)
        levels.push_back(all[static_cast<std::size_t>(std::lround((1 - fraction(i, count)) * static_cast<double>(top)))]);
    return levels;
}
}  // namespace

std::vector<double> edmLevels(double max, double min, std::int64_t count, double rho) {
    check(max, min, count);
    const double from = std::pow(max, 1 / rho), to = std::pow(min, 1 / rho);
    std::vector<double> levels;
    for (std::int64_t i = 0; i < count; ++i) levels.push_back(std::pow(from + fraction(i, count) * (to - from), rho));
    if (count > 1) levels.back() = min;
    levels.front() = max;
    return levels;
}

std::vector<double> geometricLevels(double max, double min, std::int64_t count) {
    check(max, min, count);
    std::vector<double> levels;
    for (std::int64_t i = 0; i < count; ++i) levels.push_back(max * std::pow(min / max, fraction(i, count)));
    return levels;
}

std::vector<double> ddpmLevels(std::int64_t count) {
    return ddpmLevelsFrom(ddpmTable().back(), count);
}

LevelPlan LevelPlan::edm(double max, double min, std::int64_t steps, double rho) {
    return {max, min, steps, [min, rho](double from, std::int64_t count) { return edmLevels(from, min, count, rho); }};
}

LevelPlan LevelPlan::geometric(double max, double min, std::int64_t steps) {
    return {max, min, steps, [min](double from, std::int64_t count) { return geometricLevels(from, min, count); }};
}

LevelPlan LevelPlan::ddpm(std::int64_t steps) {
    return {ddpmTable().back(), ddpmTable().front(), steps, ddpmLevelsFrom};
}

std::vector<double> LevelPlan::goOn(std::vector<double> levels, std::int64_t step) const {
    if (m_steps <= step)
        throw ParamError("steps", fmt::format("{} steps of the run are done, so that {} in all leave none.", step, m_steps),
                         fmt::format("Ask for at least {}, or go back to an earlier step.", step + 1));
    constexpr double kSame = 1e-9;  // a rule may miss its end by its own rounding
    if (static_cast<std::int64_t>(levels.size()) == m_steps && std::abs(levels.back() - m_min) <= kSame * m_min) return levels;
    const auto done = static_cast<std::size_t>(step);
    const auto coming = m_rule(levels.at(done), m_steps - step);
    levels.resize(done);
    levels.insert(levels.end(), coming.begin(), coming.end());
    return levels;
}

StepSchedule::StepSchedule(std::vector<double> knots) : m_knots(std::move(knots)) {
    if (m_knots.empty()) throw UsageError("A schedule over the steps needs at least one number.");
}

double StepSchedule::at(std::int64_t step, std::int64_t total) const {
    const double place = fraction(step, total) * static_cast<double>(m_knots.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(std::max(place, 0.0)), m_knots.size() - 1);
    const auto above = std::min(below + 1, m_knots.size() - 1);
    return m_knots[below] + (place - static_cast<double>(below)) * (m_knots[above] - m_knots[below]);
}

}  // namespace larmor::recon::diffusion
