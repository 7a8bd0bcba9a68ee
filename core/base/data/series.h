#pragma once
// Flat slice indices as frames of places: which dimension of a scan is time.

#include <vector>

#include "core/base/data/acquisition.h"

namespace larmor {

/// Frames of each place: the extent of the dimension that counts as time, which is Frame where it is longer than 1, else Contrast, else
/// Repetition; 1 for a scan that has none of them.
[[nodiscard]] LARMOR_BASE_EXPORT std::int64_t frameCount(const AcquisitionHeader& header);

/// Which frame a slice is, from 0.
[[nodiscard]] LARMOR_BASE_EXPORT std::int64_t frameOf(const AcquisitionHeader& header, std::int64_t slice);

/// The slices of the same place in the order of their frames, this one among them.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::int64_t> framesOfPlace(const AcquisitionHeader& header, std::int64_t slice);

}  // namespace larmor
