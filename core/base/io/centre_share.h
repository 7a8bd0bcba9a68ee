#pragma once
// How much k-space looks like k-space.

#include <optional>

#include "core/base/io/array_file.h"

namespace larmor::io {

/// Of centreShare: no image has as much.
inline constexpr double kMostForImage = 0.5;

/// Share of the energy within the central eighth of both axes, one 64th of the plane. An image spread over its field of view has a
/// few percent there, k-space most of what it has. @param x  [n, rows, columns]
[[nodiscard]] double centreShare(const ComplexArray& x);

/// The plane of the two longest axes in the middle of all others, [1, rows, columns]. Absent where there are no such axes.
[[nodiscard]] std::optional<ComplexArray> middlePlane(const ArrayFile& file, const ArrayEntry& entry);

}  // namespace larmor::io
