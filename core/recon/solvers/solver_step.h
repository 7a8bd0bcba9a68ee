#pragma once
// Tensors as the vectors of the solvers of core/base/solvers.

#include <ATen/core/Tensor.h>

#include "core/base/export.h"
#include "core/base/solvers/solver_step.h"

namespace larmor::solvers {

template <>
struct LARMOR_RECON_EXPORT VectorSpace<at::Tensor> {
    static at::Tensor zerosLike(const at::Tensor& x);
    static at::Tensor copy(const at::Tensor& x);
    static double realInner(const at::Tensor& a, const at::Tensor& b);
    static void add(at::Tensor& y, const at::Tensor& x, double weight);
    static void scale(at::Tensor& y, double factor);
};

}  // namespace larmor::solvers

namespace larmor::recon {

using NormalEquations = solvers::NormalEquations<at::Tensor>;
using SolverStep = solvers::SolverStep<at::Tensor>;
using StepHook = solvers::StepHook<at::Tensor>;
using SolverResult = solvers::SolverResult<at::Tensor>;
using solvers::relativeResidual;

/// Re <a, b>, summed in double precision.
[[nodiscard]] LARMOR_RECON_EXPORT double realInner(const at::Tensor& a, const at::Tensor& b);
/// ||a||
[[nodiscard]] LARMOR_RECON_EXPORT double length(const at::Tensor& a);

}  // namespace larmor::recon
