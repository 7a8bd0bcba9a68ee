#pragma once
// Complex arrays that a file holds as two real ones.

#include <map>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/io/array_file.h"

namespace larmor::io {

/// Two arrays that are the parts of a complex one.
struct Parts {
    std::string real, imaginary;
};

/// Real arrays of one shape named "x_real" and "x_imag", "x_re" and "x_im", "x/real" and "x/imag" ... become a further array "x".
/// @returns the parts of each that was added, by its name
[[nodiscard]] std::map<std::string, Parts> joinParts(std::vector<ArrayEntry>& entries);
/// The real parts of both as one array. @pre of one shape
[[nodiscard]] ComplexArray joined(ComplexArray real, const ComplexArray& imaginary);

}  // namespace larmor::io
