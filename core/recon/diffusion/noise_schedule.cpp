#include "core/recon/diffusion/noise_schedule.h"

#include <algorithm>
#include <cmath>

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
    constexpr std::int64_t kSteps = 1000;
    constexpr double kFirstBeta = 1e-4, kLastBeta = 0.02;
    if (count < 1 || count > kSteps)
        throw UsageError(fmt::format("DDPM's schedule has {} levels; {} were asked for.", kSteps, count), "Ask for 1 to 1000 steps.");
    std::vector<double> all;
    double logKept = 0;  // ln abar
    for (std::int64_t t = 0; t < kSteps; ++t) {
        logKept += std::log1p(-(kFirstBeta + fraction(t, kSteps) * (kLastBeta - kFirstBeta)));
        all.push_back(std::sqrt(std::expm1(-logKept)));
    }
    std::vector<double> levels;
    for (std::int64_t i = 0; i < count; ++i)
        levels.push_back(all[static_cast<std::size_t>(std::lround((1 - fraction(i, count)) * static_cast<double>(kSteps - 1)))]);
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
