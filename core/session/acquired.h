#pragma once
// What the scanner acquired, and how much of the matrix that is.

#include <cstdint>
#include <utility>

#include "core/base/data/acquisition.h"

namespace larmor::session {

/// First and past-the-last phase-encode column that the scanner filled; all of them where the header does not say.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> filledColumns(const AcquisitionHeader& header);

/// First and past-the-last phase-encode column with a sample. Not for an empty mask.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> acquiredColumns(const SamplingMask& acquired);

/// Samples of the columns that the scanner filled / samples that the mask keeps.
[[nodiscard]] double accelerationOf(const SamplingMask& mask, const AcquisitionHeader& header);

/// True if samples were left out between those that were acquired. Partial Fourier and elliptical k-space corners do not count: the
/// box round the acquired samples is then full, or full up to its corners.
[[nodiscard]] bool isAccelerated(const SamplingMask& acquired);

}  // namespace larmor::session
