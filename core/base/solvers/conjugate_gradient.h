#pragma once
#include "core/base/solvers/solver_step.h"

namespace larmor::solvers {

struct ConjugateGradientOptions {
    double lambda = 0;  ///< Tikhonov weight
    std::int64_t iterations = 30;
    double tolerance = 0;  ///< ends when ||r|| / ||A^H y|| is below it
};

/// Solves (A^H A + lambda) x = A^H y from x = 0. [Hestenes & Stiefel 1952; for SENSE: Pruessmann 2001]
template <class V>
[[nodiscard]] SolverResult<V> conjugateGradient(const NormalEquations<V>& problem, const ConjugateGradientOptions& options, const StepHook<V>& hook) {
    using Space = VectorSpace<V>;
    const V& b = problem.AHy;
    SolverResult<V> result{Space::zerosLike(b), 0, false};
    V& x = result.x;
    V r = Space::copy(b), p = Space::copy(b);
    double rho = Space::realInner(r, r);
    const double goal = options.tolerance * std::sqrt(rho);
    while (result.steps < options.iterations && rho > 0) {
        V q = problem.AHA(p);
        if (options.lambda != 0) Space::add(q, p, options.lambda);
        const double curvature = Space::realInner(p, q);
        if (curvature <= 0) break;  // p lies in the null space: nothing left to gain
        const double alpha = rho / curvature;
        Space::add(x, p, alpha);
        Space::add(r, q, -alpha);
        const double next = Space::realInner(r, r);
        ++result.steps;
        const auto residual = [&] {
            V AHAx = Space::copy(b);  // A^H A x = b - r - lambda x gives it without a transform
            Space::add(AHAx, r, -1);
            Space::add(AHAx, x, -options.lambda);
            return relativeResidual(problem, x, AHAx);
        };
        if (hook && !hook({result.steps, options.iterations, x, residual()})) {
            result.stopped = true;
            break;
        }
        if (std::sqrt(next) <= goal) break;
        Space::scale(p, next / rho);
        Space::add(p, r, 1);
        rho = next;
    }
    return result;
}

}  // namespace larmor::solvers
