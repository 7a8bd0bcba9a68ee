#pragma once
// What the solvers share: they see A^H A and A^H y only, and tell after each step where they are.

#include <cstdint>
#include <functional>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// min ||A x - y||^2 + ..., as a solver sees it.
struct NormalEquations {
    std::function<at::Tensor(const at::Tensor& x)> AHA;  ///< A^H A x
    at::Tensor AHy;                                      ///< A^H y
    double yNorm = 0;                                    ///< ||y||, for the residual
};

struct SolverStep {
    std::int64_t step = 0, total = 0;  ///< 1..total
    const at::Tensor& x;               ///< the estimate after this step
    double residual = 0;               ///< ||A x - y|| / ||y||
};

/// Called after each step; false stops the solver.
using StepHook = std::function<bool(const SolverStep&)>;

struct SolverResult {
    at::Tensor x;
    std::int64_t steps = 0;  ///< done
    bool stopped = false;    ///< by the hook
};

/// Re <a, b>, summed in double precision.
[[nodiscard]] LARMOR_RECON_EXPORT double realInner(const at::Tensor& a, const at::Tensor& b);
/// ||a||
[[nodiscard]] LARMOR_RECON_EXPORT double length(const at::Tensor& a);
/// ||A x - y|| / ||y|| from A^H A x, without a transform: ||A x - y||^2 = <x, A^H A x - 2 A^H y> + ||y||^2. 0 for y = 0.
[[nodiscard]] LARMOR_RECON_EXPORT double relativeResidual(const NormalEquations& problem, const at::Tensor& x, const at::Tensor& AHAx);

}  // namespace larmor::recon
