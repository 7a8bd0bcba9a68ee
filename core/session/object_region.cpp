// The pixels that belong to the object, for metrics that leave the background out.

#include <algorithm>

#include "core/session/object_slices.h"

namespace larmor::session {

namespace {

constexpr std::int64_t kReach = 2;  // of the averaging window, each way

RealArray averaged(const RealArray& image) {
    const auto rows = image.extent(0), columns = image.extent(1);
    RealArray result({rows, columns});
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c) {
            double sum = 0;
            std::int64_t count = 0;
            for (auto y = std::max<std::int64_t>(0, r - kReach); y <= std::min(rows - 1, r + kReach); ++y)
                for (auto x = std::max<std::int64_t>(0, c - kReach); x <= std::min(columns - 1, c + kReach); ++x) sum += image(y, x), ++count;
            result(r, c) = static_cast<float>(sum / static_cast<double>(count));
        }
    return result;
}

/// Marks what cannot be reached from the border through pixels that are 0.
void fillHoles(ByteArray& region) {
    const auto rows = region.extent(0), columns = region.extent(1);
    constexpr std::uint8_t kOutside = 2;
    std::vector<std::pair<std::int64_t, std::int64_t>> open;
    const auto visit = [&](std::int64_t r, std::int64_t c) {
        if (r < 0 || c < 0 || r >= rows || c >= columns || region(r, c) != 0) return;
        region(r, c) = kOutside;
        open.emplace_back(r, c);
    };
    for (std::int64_t r = 0; r < rows; ++r) visit(r, 0), visit(r, columns - 1);
    for (std::int64_t c = 0; c < columns; ++c) visit(0, c), visit(rows - 1, c);
    while (!open.empty()) {
        const auto [r, c] = open.back();
        open.pop_back();
        visit(r - 1, c), visit(r + 1, c), visit(r, c - 1), visit(r, c + 1);
    }
    for (auto& pixel : region.values()) pixel = pixel == kOutside ? 0 : 1;
}

}  // namespace

ByteArray objectRegion(const RealArray& image) {
    checkShape(image.shape(), {-1, -1}, "image");
    const auto smooth = averaged(image);
    const double threshold = objectThreshold(image.values());
    ByteArray region(image.shape());
    std::transform(smooth.values().begin(), smooth.values().end(), region.values().begin(),
                   [&](float value) { return value > threshold ? std::uint8_t{1} : std::uint8_t{0}; });
    fillHoles(region);
    return region;
}

}  // namespace larmor::session
