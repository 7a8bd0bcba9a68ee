#pragma once
#include <cstdint>
#include <stop_token>
#include <string>

namespace larmor::session {

/// SHA-256 of a source file; of the .cfl where a BART pair is meant. A file that did not change since it was last asked for (by its size,
/// its times and its inode) is not read again. Thread-safe. @throws IoError, Cancelled
[[nodiscard]] std::string hashOfSource(const std::string& path, const std::stop_token& stop = {});
/// Bytes of the same file. @throws IoError
[[nodiscard]] std::int64_t sizeOfSource(const std::string& path);
/// Whether it is there.
[[nodiscard]] bool hasSource(const std::string& path);

}  // namespace larmor::session
