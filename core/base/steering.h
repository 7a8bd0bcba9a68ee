#pragma once
// How a stepwise method is steered while it runs: what it goes on from, what it is told before a step, what it tells after one.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/param_spec.h"

namespace larmor {

/// Where a stepwise method stands. With the same problem, seed and values it goes on from here as if it had never stopped, bit for bit on
/// the CPU: noise is keyed by seed, slice and step.
struct StepState {
    std::int64_t step = 0;                      ///< steps done
    std::vector<double> levels;                 ///< noise level of each step, of those that are done and those to come
    std::map<std::string, ComplexArray> arrays; ///< what the next step works on, [sample, readout, phase] each, in the method's own units

    [[nodiscard]] bool finished() const { return step >= static_cast<std::int64_t>(levels.size()); }
};

/// A step that was done.
struct StepRecord {
    std::int64_t slice = 0;
    ParamValues values;     ///< that it used
    double sigma = 0;       ///< noise level that it began at
    double residual = 0;    ///< ||A x - y|| / ||y|| of the estimate
    double noiseResidual = 0;  ///< the same in units of the noise: 1 where the estimate differs from the samples as much as noise does; 0 without data
    StepState state;        ///< after it
    ComplexArray estimate;  ///< [readout, phase] in the units of the result: what a run that ends here returns
};

/// What is told before a step.
struct NextStep {
    ParamValues values;             ///< from this step on
    std::optional<StepState> from;  ///< go on from here instead
    bool ends = false;              ///< no further step: the last estimate is the result, that of a later step after a jump back too
};

/// Whether a parameter may change between two steps. What decides how a run starts, what it starts from and how many samples it carries
/// may not: samples, form, turns, noise, sigma_max, warm_start and every start...
[[nodiscard]] LARMOR_BASE_EXPORT bool changesInMidRun(const std::string& parameter);
/// Names of the parameters of one method in which `next` differs from `last`. @throws ParamError naming the first that must not change
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::string> changedInMidRun(const ParamValues& last, const ParamValues& next);

/// Called on the thread that reconstructs, slice by slice.
class LARMOR_BASE_EXPORT Steering {
public:
    virtual ~Steering();
    /// Before each step, the first too. It may block, to pause, and returns at once when a stop is requested. A change that the method
    /// cannot follow, or a state that does not fit it, ends the run with an error: see changedInMidRun.
    /// @param at  where the run stands @param last  the values so far
    [[nodiscard]] virtual NextStep next(std::int64_t slice, const StepState& at, const ParamValues& last) = 0;
    /// After each step.
    virtual void done(const StepRecord& record) = 0;
};

}  // namespace larmor
