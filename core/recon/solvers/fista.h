#pragma once
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

/// prox(z, step): argmin_x 1/2 ||x - z||^2 + weight(step) g(x); the solver passes the number of the step, from 1.
using ProximalMap = std::function<at::Tensor(const at::Tensor& z, std::int64_t step)>;

struct FistaOptions {
    double stepSize = 0.95;  ///< below 1 / ||A^H A||; 0.95 is right for maps with sum |S|^2 <= 1
    std::int64_t iterations = 60;
};

/// min 1/2 ||A x - y||^2 + g(x) from x = 0 by the fast iterative shrinkage-thresholding algorithm [Beck & Teboulle 2009], with one A^H A
/// a step.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult fista(const NormalEquations& problem, const ProximalMap& prox, const FistaOptions& options,
                                                     const StepHook& hook = {});

}  // namespace larmor::recon
