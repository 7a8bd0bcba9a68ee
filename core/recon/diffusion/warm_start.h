#pragma once
#include "core/base/rng.h"
#include "core/base/run_control.h"
#include "core/recon/operators/sense_operator.h"

namespace larmor::recon::diffusion {

/// The L1-wavelet image of the samples [Lustig 2007] to start a sampler from, by FISTA from 0.
/// @param y [coil, readout, phase] in prior units; @param lambda weight of the wavelet term in prior units; @param seed of the grid's
/// shifts
/// @throws Cancelled
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor waveletStart(const SenseOperator& A, const at::Tensor& y, double lambda,
                                                          std::int64_t iterations, NoiseSource shifts, const RunControl& run);

}  // namespace larmor::recon::diffusion
