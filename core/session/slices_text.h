#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace larmor::session {

/// {0, 1, 2, 5} -> "0-2,5"; what parseSlices reads.
/// @param first  the number that slice 0 is shown with: 1 for people
[[nodiscard]] std::string slicesText(const std::vector<std::int64_t>& slices, std::int64_t first = 0, std::string_view separator = ",");
/// 0 .. count-1
[[nodiscard]] std::vector<std::int64_t> allSlices(std::int64_t count);

}  // namespace larmor::session
