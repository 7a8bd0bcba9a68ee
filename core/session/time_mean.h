#pragma once
// What the frames of a place have in common, where each is sampled in its own way.

#include <functional>

#include "core/session/slice_source.h"

namespace larmor::session {

/// True where the masks of the frames of a place differ by rule or by file: their coil maps are then estimated from all of them together.
[[nodiscard]] bool changesInTime(const MaskChoice& choice, const AcquisitionHeader& header);

using ReadMasked = std::function<MaskedSlice(std::int64_t slice)>;

/// Each sample's mean over those frames of the slice's place that hold it, with the mask of the samples that any of them holds.
/// @throws as `read`, Cancelled
[[nodiscard]] MaskedSlice meanOverTime(const AcquisitionHeader& header, std::int64_t slice, const ReadMasked& read, const RunControl& run);

}  // namespace larmor::session
