#pragma once
#include "core/recon/method.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

/// The problem in BART's units: k-space divided by picsScale.
struct ScaledProblem {
    NormalEquations equations;
    double scale = 1;
};
/// @throws PluginError if the method's manifest does not declare that it needs maps
[[nodiscard]] LARMOR_RECON_EXPORT ScaledProblem scaledProblem(const MethodInput& in);

}  // namespace larmor::recon
