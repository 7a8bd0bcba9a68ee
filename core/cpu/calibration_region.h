#pragma once
#include <optional>

#include "core/base/data/sampling_mask.h"
#include "core/base/export.h"
#include "core/cpu/kspace_view.h"

namespace larmor::cpu {

/// A fully sampled block of k-space: rows along readout, columns along phase encode.
struct CalibrationRegion {
    std::int64_t row = 0, column = 0, rows = 0, columns = 0;
};

/// The fully sampled block around the centre of phase encode, at most `size` on a side. Where more of the readout is fully sampled than
/// that, the block sits where the energy is largest, so that an off-centre echo is met (as BART's ecalib and pics do). Empty if the
/// centre is not sampled. @throws ShapeError
[[nodiscard]] LARMOR_CPU_EXPORT std::optional<CalibrationRegion> calibrationRegion(const KspaceView& kspace, const SamplingMask& mask, std::int64_t size);

/// The samples of the region, [coil, rows, columns].
[[nodiscard]] ComplexArray samplesIn(const KspaceView& kspace, const CalibrationRegion& region);

/// Divides by the largest modulus, so that squares neither vanish nor overflow, whatever the units are. @return what was divided by; 0: all are zero
double scaleToOne(ComplexArray& samples);

/// The factor that k-space is divided by before an iterative method runs, and its image multiplied by after, so that a regularisation
/// weight means the same on every scan, and the same as in BART's pics. From the root-sum-of-squares image of the fully sampled centre
/// (at most 32 x 32), brought to the full matrix's units: its 90th percentile, or its maximum where that stands out by more than twice
/// the distance of the 90th percentile from the median. Without a sampled centre all samples of the mask are taken. 1 for empty data.
[[nodiscard]] LARMOR_CPU_EXPORT double picsScale(const KspaceView& kspace, const SamplingMask& mask);

}  // namespace larmor::cpu
