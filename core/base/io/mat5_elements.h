#pragma once
// Variables of a MATLAB v5 file, read from its bytes: matio takes the sizes that are claimed in a file as they come. MAT-File Format
// (MathWorks), level 5. Arrays of numbers alone, also those in fields of structures; of cells, arrays of structures, texts and sparse
// matrices nothing is looked at, nor of what stands in structures of more than 4096 fields, 16 deep, or behind 10 000 values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/io/element_type.h"

namespace larmor::io {

/// Real or imaginary numbers, one after the other.
struct Mat5Part {
    std::uint64_t at = 0;  ///< bytes from the start of the data of the variable that it is of or in, unpacked
    ElementType stored = ElementType::Float64;  ///< whole numbers may be stored narrower than their class
};

struct Mat5Variable {
    std::string name;  ///< of a field: "structure/field"
    Shape shape;  ///< row-major view: MATLAB's dimensions back to front
    ElementType type = ElementType::Float64;  ///< of its class
    bool isComplex = false, isPacked = false;
    Mat5Part real;
    std::uint64_t begin = 0, bytes = 0;  ///< of that data in the file
};

/// All named arrays of numbers that are not empty, in the order of the file. Sizes are checked against the file.
/// @throws IoError for elements that reach beyond the file and sizes that do not fit each other
[[nodiscard]] std::vector<Mat5Variable> listMat5(const std::string& path);

/// Its values, of `variable.shape`. @throws IoError
[[nodiscard]] ComplexArray readMat5(const std::string& path, const Mat5Variable& variable);

}  // namespace larmor::io
