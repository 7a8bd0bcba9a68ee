#pragma once
#include <span>
#include <string>

#include "core/base/array.h"

namespace larmor::io {
/// @throws UsageError for a variable of so many complex values in single precision: above the format's 2 GB
void checkMat5Size(const std::string& path, std::int64_t values);
/// One complex single-precision variable as a MATLAB v5 file, not compressed; the same bytes for the same content. @param dims  as MATLAB's
/// size() gives them, the first one running fastest through `values`; at least two
/// @throws UsageError for a variable above the format's 2 GB; IoError
void writeMat5(const std::string& path, const std::string& name, const Shape& dims, std::span<const cfloat> values);
}  // namespace larmor::io
