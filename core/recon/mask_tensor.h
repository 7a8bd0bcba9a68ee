#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/data/sampling_mask.h"
#include "core/recon/device.h"

namespace larmor::recon {

/// [readout, phase] float32, 0 or 1.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor toTensor(const SamplingMask& mask, const Device& device = {});
[[nodiscard]] LARMOR_RECON_EXPORT SamplingMask toMask(const at::Tensor& mask);

}  // namespace larmor::recon
