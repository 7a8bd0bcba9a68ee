#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace larmor::session {

/// {0, 1, 2, 5} -> "0-2,5"; what parseSlices reads.
[[nodiscard]] std::string slicesText(const std::vector<std::int64_t>& slices);
/// 0 .. count-1
[[nodiscard]] std::vector<std::int64_t> allSlices(std::int64_t count);

}  // namespace larmor::session
