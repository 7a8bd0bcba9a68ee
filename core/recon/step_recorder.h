#pragma once
// solvers::StepTrace for methods of tensors.

#include <string>

#include "core/base/solvers/step_trace.h"
#include "core/recon/method.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

/// Serves as a solver's StepHook.
class LARMOR_RECON_EXPORT StepRecorder {
public:
    /// @param stage  the method's name, as a person reads it
    /// @param imageScale  factor from the solver's units to those of the image
    StepRecorder(std::string stage, const MethodInput& in, double imageScale, const RunControl& run);
    /// For a series: a preview shows the frame in the middle.
    StepRecorder(std::string stage, const SeriesInput& in, double imageScale, const RunControl& run);
    /// False once a stop is requested. A step that is done once more takes the place of what was known of it and of those after it.
    bool operator()(const SolverStep& step);
    /// The image in the units of y with the trace; images of several sets of maps come out as one, by combineSets. @throws Cancelled if the solver was stopped before its first step.
    [[nodiscard]] MethodResult finish(const SolverResult& solved, const std::string& combination);
    [[nodiscard]] SeriesResult finishSeries(const SolverResult& solved, const std::string& combination);

private:
    [[nodiscard]] at::Tensor imageOf(const at::Tensor& x) const;

    bool m_hasSets;
    double m_imageScale;
    solvers::StepTrace m_trace;
};

}  // namespace larmor::recon
