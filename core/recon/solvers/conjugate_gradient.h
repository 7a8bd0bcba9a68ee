#pragma once
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

struct ConjugateGradientOptions {
    double lambda = 0;  ///< Tikhonov weight
    std::int64_t iterations = 30;
    double tolerance = 0;  ///< ends when ||r|| / ||A^H y|| is below it
};

/// Solves (A^H A + lambda) x = A^H y from x = 0. [Hestenes & Stiefel 1952; for SENSE: Pruessmann 2001]
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult conjugateGradient(const NormalEquations& problem, const ConjugateGradientOptions& options,
                                                                 const StepHook& hook = {});

}  // namespace larmor::recon
