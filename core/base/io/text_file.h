#pragma once
#include <string>

#include "core/base/export.h"

namespace larmor::io {
/// Writes a text whole or not at all. @throws IoError
LARMOR_BASE_EXPORT void writeTextFile(const std::string& path, const std::string& text);
}  // namespace larmor::io
