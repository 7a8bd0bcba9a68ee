#include "core/base/data/series.h"

namespace larmor {

namespace {

/// Frame = (slice / stride) % count.
struct TimeAxis {
    std::int64_t count = 1, stride = 1;
};

TimeAxis timeAxisOf(const AcquisitionHeader& header) {
    for (const Dim wanted : {Dim::Frame, Dim::Contrast, Dim::Repetition}) {
        std::int64_t stride = 1;
        for (auto dim = header.imageDims.rbegin(); dim != header.imageDims.rend(); ++dim) {
            if (dim->dim == wanted && dim->size > 1) return {dim->size, stride};
            stride *= dim->size;
        }
    }
    return {};
}

}  // namespace

std::int64_t frameCount(const AcquisitionHeader& header) {
    return timeAxisOf(header).count;
}

std::int64_t frameOf(const AcquisitionHeader& header, std::int64_t slice) {
    const auto [count, stride] = timeAxisOf(header);
    return slice / stride % count;
}

std::vector<std::int64_t> framesOfPlace(const AcquisitionHeader& header, std::int64_t slice) {
    const auto [count, stride] = timeAxisOf(header);
    const std::int64_t first = slice - slice / stride % count * stride;
    std::vector<std::int64_t> slices;
    for (std::int64_t frame = 0; frame < count; ++frame) slices.push_back(first + frame * stride);
    return slices;
}

}  // namespace larmor
