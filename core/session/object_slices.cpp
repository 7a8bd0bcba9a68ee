#include "core/session/object_slices.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/metrics/metrics.h"
#include "core/session/slices_text.h"

namespace larmor::session {

namespace {

constexpr double kObjectLevel = 0.1;   // of the 99.5 percentile
constexpr double kMuchOfObject = 0.5;  // of the largest cross-section
constexpr double kEnds = 0.15;         // of the slices that show much, at each end

/// First and last slice of the middle of the object: where its cross-section is large, without the ends, which show little of a head.
std::pair<std::int64_t, std::int64_t> rangeOfObject(const RealArray& images) {
    const double threshold = objectThreshold(images.values());
    std::vector<std::int64_t> areas;
    for (std::int64_t i = 0; i < images.extent(0); ++i) {
        const auto slice = images.block(i);
        areas.push_back(std::count_if(slice.begin(), slice.end(), [&](float v) { return v > threshold; }));
    }
    const double enough = kMuchOfObject * static_cast<double>(*std::max_element(areas.begin(), areas.end()));
    const auto large = [&](std::int64_t area) { return static_cast<double>(area) >= enough; };
    const auto first = std::find_if(areas.begin(), areas.end(), large) - areas.begin();
    const auto last = areas.rend() - std::find_if(areas.rbegin(), areas.rend(), large) - 1;
    const auto end = static_cast<std::int64_t>(kEnds * static_cast<double>(last - first + 1));
    return {first + end, last - end};
}

}  // namespace

double objectThreshold(std::span<const float> values) {
    const double level = kObjectLevel * metrics::quantile(values, 0.995);
    if (!(level > 0)) throw InputError("The image is zero, or nearly so, everywhere.", "Choose an image or slices that show an object.");
    return level;
}

std::vector<std::int64_t> slicesOfObject(const RealArray& images, std::int64_t count, std::int64_t first) {
    const auto available = images.extent(0);
    if (count < 0 || count > available) throw ParamError("slices", fmt::format("{} slices were asked for, the image has {}", count, available));
    if (first < -1 || (first >= 0 && first + std::max<std::int64_t>(count, 1) > available))
        throw ParamError("first-slice", fmt::format("{} slices from index {} on do not lie in 0 to {}", std::max<std::int64_t>(count, 1), first, available - 1));
    if (count == 0) count = first >= 0 ? available - first : available;
    std::vector<std::int64_t> slices;
    auto [begin, end] = first >= 0 || count == available ? std::pair(std::max<std::int64_t>(first, 0), std::max<std::int64_t>(first, 0) + count - 1)
                                                         : rangeOfObject(images);
    if (end - begin + 1 < count) {
        begin = std::clamp<std::int64_t>((begin + end + 1 - count) / 2, 0, available - count);
        end = begin + count - 1;
    }
    for (std::int64_t i = 0; i < count; ++i)
        slices.push_back(count == 1 ? (begin + end) / 2 : begin + (i * (end - begin) + (count - 1) / 2) / (count - 1));
    return slices;
}

double meanInsideObject(const RealArray& images, const std::vector<std::int64_t>& slices) {
    std::vector<float> values;
    for (const auto slice : slices) values.insert(values.end(), images.block(slice).begin(), images.block(slice).end());
    const double threshold = objectThreshold(values);
    double sum = 0;
    std::int64_t count = 0;
    for (const float value : values)
        if (value > threshold) sum += value, ++count;
    return sum / static_cast<double>(std::max<std::int64_t>(1, count));
}

}  // namespace larmor::session
