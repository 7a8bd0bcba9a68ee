#pragma once
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/cpu/calibration_region.h"

namespace larmor::recon {

using cpu::CalibrationRegion;

/// cpu::calibrationRegion of a tensor on any device.
[[nodiscard]] LARMOR_RECON_EXPORT std::optional<CalibrationRegion> calibrationRegion(const at::Tensor& kspace, const SamplingMask& mask,
                                                                                     std::int64_t size);
/// The samples of the region, [coil, rows, columns].
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor samplesIn(const at::Tensor& kspace, const CalibrationRegion& region);

}  // namespace larmor::recon
