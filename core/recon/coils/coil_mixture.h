#pragma once
// Whitening and compression of coils as matrices that mix them.

#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/data/sampling_mask.h"

namespace larmor::recon {

/// See CoilLab::whitening. @param noise [coil, sample] complex64 @return [coil, coil]
[[nodiscard]] at::Tensor whiteningMatrix(const at::Tensor& noise);

/// The samples that a mixture is found from, zero elsewhere: the fully sampled centre, at most 24 x 24; all that the mask keeps where the
/// centre is not sampled. @param kspace [coil, readout, phase]
[[nodiscard]] at::Tensor calibrationSamples(const at::Tensor& kspace, const SamplingMask& mask);

/// The strongest `coils` principal components as rows. @param samples each [coil, readout, phase] @return [coils, coil]
[[nodiscard]] at::Tensor principalCoils(const std::vector<at::Tensor>& samples, std::int64_t coils);
/// One for each place along the readout, aligned from the middle outwards, [readout, coils, coil].
[[nodiscard]] at::Tensor alignedPrincipalCoils(const std::vector<at::Tensor>& samples, std::int64_t coils);

/// Mixes coil images (or k-space, for a mixture without places). @param images [coil, readout, phase]
[[nodiscard]] at::Tensor mixedCoils(const at::Tensor& images, const at::Tensor& mixture);

}  // namespace larmor::recon
