#pragma once
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon {

struct LowRankPlusSparseOptions {
    double lowRank = 0.01;  ///< threshold of the singular values, relative to the largest
    double sparse = 0.01;   ///< threshold of the temporal Fourier coefficients of S, in the units of x
    std::int64_t iterations = 50;
};

/// x = L + S on [frame, readout, phase]: L of low rank as a matrix of pixels and frames, S sparse in temporal frequency,
///   L_k = SVT(M_{k-1} - S_{k-1}),  S_k = F_t^H soft(F_t (M_{k-1} - L_{k-1})),  M_k = L_k + S_k - A^H (A (L_k + S_k) - y)
/// from M_0 = A^H y, L_0 = M_0, S_0 = 0. [Otazo, Candes & Sodickson, Magn Reson Med 2015, Table 1 and its published code, where each step
/// thresholds against its own largest singular value]
[[nodiscard]] LARMOR_RECON_EXPORT SolverResult lowRankPlusSparse(const NormalEquations& problem, const LowRankPlusSparseOptions& options,
                                                                 const StepHook& hook = {});

/// Soft threshold of the singular values of [frame, readout, phase] as a matrix of frames and pixels, by the eigenvectors of its Gram
/// matrix over the frames, in double precision. @param relative  threshold over the largest singular value
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor thresholdSingularValues(const at::Tensor& images, double relative);

}  // namespace larmor::recon
