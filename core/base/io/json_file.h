#pragma once
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/export.h"

namespace larmor::io {
/// Settings that a person or the program wrote. @throws IoError if the file is missing, larger than 1 MiB or no JSON
[[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json readJsonFile(const std::string& path);
}  // namespace larmor::io
