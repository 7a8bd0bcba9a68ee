#pragma once
#include "core/base/solvers/total_variation.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::solvers {

/// Of images [readout, phase] or [set, readout, phase].
template <>
struct LARMOR_RECON_EXPORT Differences<at::Tensor> {
    static at::Tensor of(const at::Tensor& x);
    static void addDivergence(at::Tensor& sum, const at::Tensor& v, double weight);
    static void addLaplacian(at::Tensor& sum, const at::Tensor& x, double weight);
    static void shrink(at::Tensor& z, const at::Tensor& u, double threshold);
};

}  // namespace larmor::solvers

namespace larmor::recon {

using solvers::TotalVariationOptions;

/// solvers::totalVariation of tensors.
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult totalVariation(const NormalEquations& problem, const TotalVariationOptions& options,
                                                              const StepHook& hook = {});

/// sum |(D x)_i|. @param x [readout, phase] or [set, readout, phase]
[[nodiscard]] LARMOR_RECON_EXPORT double totalVariationOf(const at::Tensor& x);

}  // namespace larmor::recon
