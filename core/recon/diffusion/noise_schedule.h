#pragma once
// Noise levels of samplers, per real channel, from the highest to the lowest; the step to 0 that follows is the sampler's own.

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "core/base/export.h"

namespace larmor::recon::diffusion {

/// (max^(1/rho) + i/(N-1) (min^(1/rho) - max^(1/rho)))^rho, i < N [Karras 2022, eq. 5]; {max} for N = 1.
/// @throws UsageError unless N >= 1 and max >= min > 0
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<double> edmLevels(double max, double min, std::int64_t count, double rho = 7);
/// Equal ratios from max to min; {max} for N = 1. @throws UsageError as above
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<double> geometricLevels(double max, double min, std::int64_t count);
/// The levels of DDPM's schedule [Ho 2020]: beta from 1e-4 to 0.02 over 1000 steps, N of them at equal distances, the last and the first
/// included, as sigma = sqrt((1 - abar) / abar) of the image before DDPM shrinks it. @throws UsageError unless 1 <= N <= 1000
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<double> ddpmLevels(std::int64_t count);

/// How the noise of a run falls: a rule, a number of steps and both ends. A run may be given another plan while it goes.
class LARMOR_RECON_EXPORT LevelPlan {
public:
    [[nodiscard]] static LevelPlan edm(double max, double min, std::int64_t steps, double rho);
    [[nodiscard]] static LevelPlan geometric(double max, double min, std::int64_t steps);
    /// DDPM's own ends.
    [[nodiscard]] static LevelPlan ddpm(std::int64_t steps);

    /// Of a whole run. @throws UsageError as the rule
    [[nodiscard]] std::vector<double> levels() const { return m_rule(m_max, m_steps); }
    /// Of a run with `levels` that has done `step` of its steps and goes on by this plan: those levels themselves where they are as many
    /// and end where the plan ends; else new ones by the rule, from levels[step] on, in the steps that are left.
    /// @throws ParamError naming "steps" if none are left; UsageError as the rule, if the run stands below the plan's end
    [[nodiscard]] std::vector<double> goOn(std::vector<double> levels, std::int64_t step) const;

private:
    using Rule = std::function<std::vector<double>(double from, std::int64_t count)>;
    LevelPlan(double max, double min, std::int64_t steps, Rule rule) : m_max(max), m_min(min), m_steps(steps), m_rule(std::move(rule)) {}

    double m_max, m_min;
    std::int64_t m_steps;
    Rule m_rule;
};

/// A value that changes over the steps of a run: knots at equal distances from the first step to the last, straight lines between them.
class LARMOR_RECON_EXPORT StepSchedule {
public:
    StepSchedule(double constant) : m_knots{constant} {}  // NOLINT(google-explicit-constructor): a number is the constant schedule
    /// @throws UsageError without knots
    explicit StepSchedule(std::vector<double> knots);
    /// @param step  from 0 to total - 1
    [[nodiscard]] double at(std::int64_t step, std::int64_t total) const;

private:
    std::vector<double> m_knots;
};

}  // namespace larmor::recon::diffusion
