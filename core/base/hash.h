#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "core/base/export.h"

namespace larmor {
/// SHA-256 as 64 lower-case hex digits.
[[nodiscard]] LARMOR_BASE_EXPORT std::string sha256(std::span<const std::uint8_t> bytes);
/// Of a file, read in blocks. @throws IoError
[[nodiscard]] LARMOR_BASE_EXPORT std::string sha256OfFile(const std::string& path);
}  // namespace larmor
