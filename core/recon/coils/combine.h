#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// Root of the sum of squares over the first dimension: [coil, readout, phase] -> [readout, phase], complex with zero imaginary part.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor combineRss(const at::Tensor& coilImages);
/// sum_c conj(S_c) x_c: the minimum-variance unbiased estimate for white noise and maps with sum |S|^2 = 1. @throws ShapeError
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor combineMvue(const at::Tensor& coilImages, const at::Tensor& maps);

/// One image of those of several sets of maps, [set, readout, phase] -> [readout, phase]: the root sum of squares over the sets, with the phase
/// of the first. Where the others are zero it is the first.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor combineSets(const at::Tensor& images);

}  // namespace larmor::recon
