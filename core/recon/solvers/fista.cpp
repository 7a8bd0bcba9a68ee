#include "core/recon/solvers/fista.h"

namespace larmor::recon {

SolverResult fista(const NormalEquations& problem, const ProximalMap& prox, const FistaOptions& options, const StepHook& hook) {
    return solvers::fista(problem, prox, options, hook);
}

}  // namespace larmor::recon
