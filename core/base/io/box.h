#pragma once
// Boxes and axes of n-dimensional arrays.

#include "core/base/array.h"

namespace larmor::io {

/// @throws ShapeError naming `name` unless the box lies within the shape and holds something.
void checkBox(const Shape& start, const Shape& count, const Shape& shape, const std::string& name);

/// Elements to step over for one step along each dimension of a row-major array.
[[nodiscard]] Shape stridesOf(const Shape& shape);

/// Steps `index` through the dimensions [begin, end) of a box, last one fastest; false after the last.
[[nodiscard]] bool advance(Shape& index, const Shape& count, std::size_t begin, std::size_t end);

/// out[.., i_d, ..] with dimension d of the result being dimension order[d] of `x`. @param order  a permutation
[[nodiscard]] ComplexArray permuteAxes(const ComplexArray& x, const std::vector<std::size_t>& order);
/// All axes in reverse order: what column-major order means to row-major order.
[[nodiscard]] ComplexArray reverseAxes(const ComplexArray& x);

/// The box of an array in memory. @throws ShapeError
[[nodiscard]] ComplexArray cutBox(const ComplexArray& x, const Shape& start, const Shape& count);

[[nodiscard]] Shape reversed(Shape shape);
/// Without the extents of 1.
[[nodiscard]] Shape squeezed(const Shape& shape);

}  // namespace larmor::io
