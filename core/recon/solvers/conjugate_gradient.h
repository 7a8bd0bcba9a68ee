#pragma once
#include "core/base/solvers/conjugate_gradient.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

using solvers::ConjugateGradientOptions;

/// solvers::conjugateGradient of tensors.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult conjugateGradient(const NormalEquations& problem, const ConjugateGradientOptions& options,
                                                                 const StepHook& hook = {});

}  // namespace larmor::recon
