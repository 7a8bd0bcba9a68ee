#pragma once
// Which acquired lines a missing one is made from.

#include <cstdint>
#include <map>
#include <vector>

namespace larmor::recon {

/// Distances of acquired lines from a missing one, ascending.
using LinePattern = std::vector<std::int64_t>;

/// The longest stretch of acquired lines that holds the middle one.
struct LineBlock {
    std::int64_t first = 0, count = 0;
};
[[nodiscard]] LineBlock centralBlock(const std::vector<bool>& acquired);

/// The `perSide` nearest acquired lines on either side of `line`, the nearer ones first, as long as the lines from the first to the last
/// of the pattern, the missing one among them, are at most `longest`.
[[nodiscard]] LinePattern patternAround(const std::vector<bool>& acquired, std::int64_t line, std::int64_t perSide, std::int64_t longest);

/// The missing lines by their pattern; those without one line in reach are left out.
[[nodiscard]] std::map<LinePattern, std::vector<std::int64_t>> missingLines(const std::vector<bool>& acquired, std::int64_t perSide,
                                                                            std::int64_t longest);

/// Lines from the first of the pattern to its last, the missing one among them.
[[nodiscard]] std::int64_t spanOf(const LinePattern& pattern);

}  // namespace larmor::recon
