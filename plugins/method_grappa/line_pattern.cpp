#include "plugins/method_grappa/line_pattern.h"

#include <algorithm>

namespace larmor::recon {

namespace {
bool isAcquired(const std::vector<bool>& acquired, std::int64_t line) {
    return line >= 0 && line < static_cast<std::int64_t>(acquired.size()) && acquired[static_cast<std::size_t>(line)];
}
}  // namespace

LineBlock centralBlock(const std::vector<bool>& acquired) {
    const auto middle = static_cast<std::int64_t>(acquired.size()) / 2;
    if (!isAcquired(acquired, middle)) return {};
    std::int64_t first = middle, last = middle;
    while (isAcquired(acquired, first - 1)) --first;
    while (isAcquired(acquired, last + 1)) ++last;
    return {first, last - first + 1};
}

std::int64_t spanOf(const LinePattern& pattern) {
    return std::max<std::int64_t>(pattern.back(), 0) - std::min<std::int64_t>(pattern.front(), 0) + 1;
}

LinePattern patternAround(const std::vector<bool>& acquired, std::int64_t line, std::int64_t perSide, std::int64_t longest) {
    LinePattern pattern;
    std::int64_t below = 0, above = 0;
    const auto take = [&](std::int64_t distance, std::int64_t& taken) {
        if (taken == perSide || !isAcquired(acquired, line + distance)) return;
        LinePattern longer = pattern;
        longer.insert(std::upper_bound(longer.begin(), longer.end(), distance), distance);
        if (spanOf(longer) > longest) return;
        pattern = std::move(longer);
        ++taken;
    };
    for (std::int64_t distance = 1; distance < longest; ++distance) {
        take(-distance, below);
        take(distance, above);
    }
    return pattern;
}

std::map<LinePattern, std::vector<std::int64_t>> missingLines(const std::vector<bool>& acquired, std::int64_t perSide,
                                                              std::int64_t longest) {
    std::map<LinePattern, std::vector<std::int64_t>> lines;
    for (std::int64_t line = 0; line < static_cast<std::int64_t>(acquired.size()); ++line) {
        if (isAcquired(acquired, line)) continue;
        LinePattern pattern = patternAround(acquired, line, perSide, longest);
        if (!pattern.empty()) lines[std::move(pattern)].push_back(line);
    }
    return lines;
}

}  // namespace larmor::recon
