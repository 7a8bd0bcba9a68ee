#pragma once
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/base/data/sampling_mask.h"

namespace larmor::recon {

/// A fully sampled block of k-space: rows along readout, columns along phase encode.
struct CalibrationRegion {
    std::int64_t row = 0, column = 0, rows = 0, columns = 0;
};

/// The fully sampled block around the centre of phase encode, at most `size` on a side. Where more of the readout is fully sampled than
/// that, the block sits where the energy is largest, so that an off-centre echo is met (as BART's ecalib and pics do). Empty if the
/// centre is not sampled.
/// @param kspace [coil, readout, phase]
[[nodiscard]] LARMOR_RECON_EXPORT std::optional<CalibrationRegion> calibrationRegion(const at::Tensor& kspace, const SamplingMask& mask,
                                                                                     std::int64_t size);
/// The samples of the region, [coil, rows, columns].
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor samplesIn(const at::Tensor& kspace, const CalibrationRegion& region);

}  // namespace larmor::recon
