#pragma once
#include <string>

#include "core/base/data/acquisition.h"

namespace larmor::session {

/// Opens a source as a protocol says that it was understood, whatever would be guessed today. @throws IoError, UsageError
/// @param format, array, dims  Provenance::format, array and dims
[[nodiscard]] AcquisitionPtr openAgain(const std::string& path, const std::string& format, const std::string& array,
                                       const std::string& dims);

}  // namespace larmor::session
