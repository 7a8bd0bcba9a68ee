#pragma once
#include <utility>

#include "core/base/solvers/solver_step.h"

namespace larmor::solvers {

struct FistaOptions {
    double stepSize = 0.95;  ///< below 1 / ||A^H A||; 0.95 is right for maps with sum |S|^2 <= 1
    std::int64_t iterations = 60;
};

/// prox(z, step): argmin_x 1/2 ||x - z||^2 + weight(step) g(x); the solver passes the number of the step, from 1.
template <class V>
using ProximalMap = std::function<V(const V& z, std::int64_t step)>;

/// min 1/2 ||A x - y||^2 + g(x) from x = 0 by the fast iterative shrinkage-thresholding algorithm [Beck & Teboulle 2009], with one A^H A
/// a step.
template <class V>
[[nodiscard]] SolverResult<V> fista(const NormalEquations<V>& problem, const ProximalMap<V>& prox, const FistaOptions& options,
                                    const StepHook<V>& hook) {
    using Space = VectorSpace<V>;
    SolverResult<V> result{Space::zerosLike(problem.AHy), 0, false};
    V z = Space::copy(result.x), AHAz = Space::copy(z), AHAx = Space::copy(z);  // all of x = 0
    double t = 1;
    while (result.steps < options.iterations) {
        ++result.steps;
        Space::add(z, problem.AHy, options.stepSize);
        Space::add(z, AHAz, -options.stepSize);
        V x = prox(z, result.steps);
        const double next = (1 + std::sqrt(1 + 4 * t * t)) / 2, momentum = (t - 1) / next;
        z = Space::copy(x);
        Space::scale(z, 1 + momentum);
        Space::add(z, result.x, -momentum);
        t = next;
        result.x = std::move(x);
        // z = (1 + momentum) x - momentum (last x): the gradient at z, which the next step needs, gives A^H A x without another transform.
        AHAz = problem.AHA(z);
        Space::scale(AHAx, momentum / (1 + momentum));
        Space::add(AHAx, AHAz, 1 / (1 + momentum));
        if (hook && !hook({result.steps, options.iterations, result.x, relativeResidual(problem, result.x, AHAx)})) {
            result.stopped = true;
            break;
        }
    }
    return result;
}

}  // namespace larmor::solvers
