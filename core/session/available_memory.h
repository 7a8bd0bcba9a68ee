#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace larmor::session {

/// Bytes that this process may still take, within the limits of its control groups where there are any; 0: unknown.
[[nodiscard]] std::int64_t availableMemory();

/// What is left of the tightest limit of a process's control groups, memory that the system takes back when needed counted as left.
/// @param root  where they are mounted: "/sys/fs/cgroup" @param membership  what /proc/self/cgroup says, of version 1 or 2
/// @return nothing where no limit is found
[[nodiscard]] std::optional<std::int64_t> leftInControlGroups(const std::string& root, const std::string& membership);

}  // namespace larmor::session
