#pragma once
// The kinds of numbers that files hold, and their way to complex64.

#include <cstddef>
#include <string>

#include "core/base/array.h"

namespace larmor::io {

enum class ElementType { Bool, Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Float32, Float64, Complex64, Complex128 };

[[nodiscard]] std::size_t byteSize(ElementType type);
[[nodiscard]] bool isComplex(ElementType type);
/// "complex64", "float32", "bool" ...
[[nodiscard]] std::string nameOf(ElementType type);

/// @param raw  `count` elements, one after the other, of any alignment
/// @param swapped  the bytes of each number are in the order that this computer does not use
void convert(const std::byte* raw, std::size_t count, ElementType type, bool swapped, cfloat* out);

}  // namespace larmor::io
