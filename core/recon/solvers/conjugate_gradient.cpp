#include "core/recon/solvers/conjugate_gradient.h"

namespace larmor::recon {

SolverResult conjugateGradient(const NormalEquations& problem, const ConjugateGradientOptions& options, const StepHook& hook) {
    return solvers::conjugateGradient(problem, options, hook);
}

}  // namespace larmor::recon
