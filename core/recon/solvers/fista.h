#pragma once
#include "core/base/solvers/fista.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

using ProximalMap = solvers::ProximalMap<at::Tensor>;
using solvers::FistaOptions;

/// solvers::fista of tensors.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult fista(const NormalEquations& problem, const ProximalMap& prox, const FistaOptions& options,
                                                     const StepHook& hook = {});

}  // namespace larmor::recon
