#pragma once
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

struct TotalVariationOptions {
    double lambda = 0;                 ///< weight of the total variation
    double rho = 0.1;                  ///< penalty of the splitting z = D x: changes how fast it converges, not where to
    std::int64_t iterations = 100;     ///< steps of conjugate gradients in all, which is one A^H A each
    std::int64_t innerIterations = 2;  ///< at most so many before z and its multiplier are updated
};

/// min 1/2 ||A x - y||^2 + lambda sum |(D x)_i| from x = 0, D x the cyclic differences to the neighbours along both axes and |.| the length
/// of the pair, so that edges cost the same in every direction [Rudin, Osher & Fatemi 1992], over all sets of maps where there are several, by the alternating direction method of
/// multipliers with over-relaxation [Boyd et al. 2011, 3.4.3; Afonso et al. 2011]. The step's hook is called after each step of conjugate
/// gradients.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult totalVariation(const NormalEquations& problem, const TotalVariationOptions& options,
                                                              const StepHook& hook = {});

/// sum |(D x)_i|. @param x [readout, phase] or [set, readout, phase]
[[nodiscard]] LARMOR_RECON_EXPORT double totalVariationOf(const at::Tensor& x);

}  // namespace larmor::recon
