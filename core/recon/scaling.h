#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// cpu::picsScale of a tensor on any device: what k-space is divided by before an iterative method runs, and its image multiplied by after.
/// @param y [coil, readout, phase], zero where the mask is; @param mask [readout, phase]
[[nodiscard]] LARMOR_RECON_EXPORT double picsScale(const at::Tensor& y, const at::Tensor& mask);

}  // namespace larmor::recon
