#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/data/sampling_mask.h"

namespace larmor::recon {

/// The factor that k-space is divided by before an iterative method runs, and its image multiplied by after, so that a regularisation
/// weight means the same on every scan, and the same as in BART's pics. From the root-sum-of-squares image of the fully sampled centre
/// (at most 32 x 32), brought to the full matrix's units: its 90th percentile, or its maximum where that stands out by more than twice
/// the distance of the 90th percentile from the median. Without a sampled centre all of k-space is taken. 1 for empty data.
/// @param y [coil, readout, phase], zero where the mask is; @param mask [readout, phase]
[[nodiscard]] LARMOR_RECON_EXPORT double picsScale(const at::Tensor& y, const at::Tensor& mask);

}  // namespace larmor::recon
