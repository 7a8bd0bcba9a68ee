#include "core/session/slices_text.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include "core/session/reconstruct.h"

namespace larmor::session {

namespace {

std::int64_t sliceNumber(const std::string& text, const std::string& whole, std::int64_t count) {
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0)
        throw UsageError(fmt::format("'{}' does not name slices.", whole), "Write numbers from 0 and ranges: 3 or 0-9 or 0,4,7-9.");
    if (value >= count)
        throw UsageError(fmt::format("Slice {} does not exist: there {} {} slice{}, counted from 0.", value, count == 1 ? "is" : "are", count,
                                     count == 1 ? "" : "s"),
                         fmt::format("The last one is {}.", count - 1));
    return value;
}

}  // namespace

std::vector<std::int64_t> parseSlices(const std::string& text, std::int64_t count) {
    std::vector<std::int64_t> slices;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) {
        const auto dash = part.find('-');
        const auto first = sliceNumber(part.substr(0, dash), text, count);
        const auto last = dash == std::string::npos ? first : sliceNumber(part.substr(dash + 1), text, count);
        if (last < first) throw UsageError(fmt::format("The range '{}' of slices runs backwards.", part), fmt::format("Write {}-{}.", last, first));
        for (auto slice = first; slice <= last; ++slice)
            if (std::find(slices.begin(), slices.end(), slice) == slices.end()) slices.push_back(slice);
    }
    if (slices.empty()) throw UsageError(fmt::format("'{}' does not name slices.", text), "Write numbers from 0 and ranges: 3 or 0-9 or 0,4,7-9.");
    return slices;
}

std::string slicesText(const std::vector<std::int64_t>& slices, std::int64_t first, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < slices.size();) {
        std::size_t end = i + 1;
        while (end < slices.size() && slices[end] == slices[end - 1] + 1) ++end;
        if (!text.empty()) text += separator;
        text += end - i > 1 ? fmt::format("{}-{}", first + slices[i], first + slices[end - 1]) : fmt::format("{}", first + slices[i]);
        i = end;
    }
    return text;
}

std::vector<std::int64_t> allSlices(std::int64_t count) {
    std::vector<std::int64_t> slices(static_cast<std::size_t>(count));
    std::iota(slices.begin(), slices.end(), 0);
    return slices;
}

}  // namespace larmor::session
