#pragma once
// Transforms of planes, and the shifts between centred ones and those with their origin at index 0.

#include <cstdint>

#include "core/cpu/line_transform.h"

namespace larmor::cpu {

/// [rows, columns] in place, over both dimensions; no factor, no shift.
void transformPlane(cfloat* plane, std::int64_t rows, std::int64_t columns, Direction direction);

/// Centred orthonormal transform of the last two dimensions, any leading ones; the zero frequency of n samples is at n/2.
/// @throws ShapeError below two dimensions
[[nodiscard]] LARMOR_CPU_EXPORT ComplexArray centredTransform(const ComplexArray& x, Direction direction);

/// The plane at `source`, times `factor`, with index n/2 of both dimensions moved to 0 (ifftshift).
void shiftToOrigin(const cfloat* source, cfloat* target, std::int64_t rows, std::int64_t columns, float factor);
/// Where row or column `index` of a centred plane of n lies after that.
[[nodiscard]] constexpr std::int64_t originIndex(std::int64_t index, std::int64_t n) {
    return (index + (n + 1) / 2) % n;
}

}  // namespace larmor::cpu
