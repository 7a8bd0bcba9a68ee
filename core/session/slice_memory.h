#pragma once
// How much memory slices that were read may keep, for the whole program.

#include <cstdint>
#include <string>

namespace larmor::session {

inline constexpr std::int64_t kDefaultSliceMemory = std::int64_t{512} << 20;

/// Bytes: LARMOR_SLICE_MEMORY where that is set ("300M", "2G"), until setSliceMemory says otherwise. K-space and references of slices that
/// were looked at are kept up to this; a block of neighbouring slices of 3D k-space may take as much again. Thread-safe.
/// @throws UsageError where the variable is no size
[[nodiscard]] std::int64_t sliceMemory();
void setSliceMemory(std::int64_t bytes);

/// "64M", "1.5G" (powers of 1024) or bytes. @throws UsageError, also for less than 1 or more than 2^40 bytes
[[nodiscard]] std::int64_t memorySizeFromText(const std::string& text);

}  // namespace larmor::session
