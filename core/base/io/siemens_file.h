#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/export.h"

namespace larmor::io {

/// Measurements in a raw data file (.dat) of Siemens' scanners, of software VB (one) or VD and later (one or more; the last is the scan
/// itself). nullopt: the file is nothing of the kind. Never throws.
[[nodiscard]] LARMOR_BASE_EXPORT std::optional<std::int64_t> siemensMeasurements(const std::string& path);

}  // namespace larmor::io
