#pragma once
// Where the object lies in a stack of magnitude images.

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/array.h"

namespace larmor::session {

/// Indices of `count` slices of [slice, readout, phase]: from `first` on, one after the other; or, with first = -1, evenly spread over
/// the middle 70 % of the slices that show much of the object. count = 0: all slices. @throws ParamError if there are not that many.
[[nodiscard]] std::vector<std::int64_t> slicesOfObject(const RealArray& images, std::int64_t count, std::int64_t first);

/// Above this value a pixel belongs to the object: a tenth of the 99.5 percentile. @throws InputError where that is zero
[[nodiscard]] double objectThreshold(std::span<const float> values);
/// Pixels that show the object, [readout, phase]: above its threshold after 5x5 averaging, holes filled. @throws InputError
[[nodiscard]] ByteArray objectRegion(const RealArray& image);

/// Mean of the pixels of those slices that belong to the object: above a tenth of their 99.5 percentile. @throws InputError if empty
[[nodiscard]] double meanInsideObject(const RealArray& images, const std::vector<std::int64_t>& slices);

}  // namespace larmor::session
