#pragma once
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>

#include "core/base/export.h"

namespace larmor {
/// SHA-256 as 64 lower-case hex digits.
[[nodiscard]] LARMOR_BASE_EXPORT std::string sha256(std::span<const std::uint8_t> bytes);
/// Of a file, read in blocks; a stop is looked for between them. @throws IoError, Cancelled
[[nodiscard]] LARMOR_BASE_EXPORT std::string sha256OfFile(const std::string& path, const std::stop_token& stop = {});
}  // namespace larmor
