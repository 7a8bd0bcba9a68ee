#pragma once
// What every iterative method does after a step: report, give a preview when one is wanted, look for a stop, keep the trace.

#include <functional>
#include <string>
#include <vector>

#include "core/base/data/reconstruction.h"
#include "core/base/run_control.h"

namespace larmor::solvers {

class LARMOR_BASE_EXPORT StepTrace {
public:
    /// @param stage  the method's name, as a person reads it
    StepTrace(std::string stage, std::int64_t slice, const RunControl& run);
    /// False once a stop is requested. A step that is done once more takes the place of what was known of it and of those after it.
    /// @param image  makes a preview, in the units of the result
    bool add(std::int64_t step, std::int64_t total, double residual, const std::function<ComplexArray()>& image);
    /// @param steps  that the solver did @throws Cancelled if it was stopped before the first one
    [[nodiscard]] std::vector<TracePoint> take(std::int64_t steps);

private:
    std::string m_stage;
    std::int64_t m_slice;
    const RunControl& m_run;
    std::vector<TracePoint> m_trace;
};

}  // namespace larmor::solvers
