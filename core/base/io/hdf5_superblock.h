#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace larmor::io {
/// Size that an HDF5 file has by its own superblock (versions 0 to 3): the end-of-file address. Absent if there is none to be read.
[[nodiscard]] std::optional<std::uint64_t> claimedFileBytes(const std::string& path);
}  // namespace larmor::io
