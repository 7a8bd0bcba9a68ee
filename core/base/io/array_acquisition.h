#pragma once
// K-space out of any array whose axes are known.

#include "core/base/data/acquisition.h"
#include "core/base/io/array_file.h"
#include "core/base/io/load.h"

namespace larmor::io {

/// @param loader  id of the loader that speaks
/// @throws IoError if there is no complex array, or the axes do not fit.
[[nodiscard]] AcquisitionPtr openArrayAcquisition(ArrayFilePtr file, const LoadOptions& options, const std::string& loader);

}  // namespace larmor::io
