#pragma once
// What the iterative solvers share. They are written once for any kind of vectors, arrays on the CPU and tensors on a GPU: they see A^H A and
// A^H y only, and tell after each step where they are.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

namespace larmor::solvers {

/// What a solver does with vectors of a kind; each kind specialises it:
///   static V zerosLike(const V& x);
///   static V copy(const V& x);                              a vector of its own
///   static double realInner(const V& a, const V& b);        Re <a, b>, summed in double precision
///   static void add(V& y, const V& x, double weight);       y += weight x
///   static void scale(V& y, double factor);                 y *= factor
template <class V>
struct VectorSpace;

/// min ||A x - y||^2 + ..., as a solver sees it.
template <class V>
struct NormalEquations {
    std::function<V(const V& x)> AHA;  ///< A^H A x
    V AHy;                             ///< A^H y
    double yNorm = 0;                  ///< ||y||, for the residual
};

template <class V>
struct SolverStep {
    std::int64_t step = 0, total = 0;  ///< 1..total
    const V& x;                        ///< the estimate after this step
    double residual = 0;               ///< ||A x - y|| / ||y||
};

/// Called after each step; false stops the solver.
template <class V>
using StepHook = std::function<bool(const SolverStep<V>&)>;

template <class V>
struct SolverResult {
    V x;
    std::int64_t steps = 0;  ///< done
    bool stopped = false;    ///< by the hook
};

/// ||a||
template <class V>
[[nodiscard]] double length(const V& a) {
    return std::sqrt(VectorSpace<V>::realInner(a, a));
}

/// ||A x - y|| / ||y|| from A^H A x, without a transform: ||A x - y||^2 = <x, A^H A x - 2 A^H y> + ||y||^2. 0 for y = 0.
template <class V>
[[nodiscard]] double relativeResidual(const NormalEquations<V>& problem, const V& x, const V& AHAx) {
    using Space = VectorSpace<V>;
    if (problem.yNorm == 0) return 0;
    const double squared = Space::realInner(x, AHAx) - 2 * Space::realInner(x, problem.AHy) + problem.yNorm * problem.yNorm;
    return std::sqrt(std::max(squared, 0.0)) / problem.yNorm;
}

}  // namespace larmor::solvers
