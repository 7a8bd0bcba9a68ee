#include "core/session/acquired.h"

#include <algorithm>

#include "core/session/reconstruct.h"

namespace larmor::session {

namespace {

// A few lost lines do not make a scan an accelerated one; an ellipse fills pi/4 of its box.
constexpr double kFullLines = 0.97;
constexpr double kFullEllipse = 0.75;

struct Box {
    std::int64_t top, bottom, left, right;  // bottom and right are included
    [[nodiscard]] std::int64_t area() const { return std::max<std::int64_t>(0, bottom - top + 1) * std::max<std::int64_t>(0, right - left + 1); }
};

Box boxOf(const SamplingMask& mask) {
    Box box{mask.readout(), -1, mask.phase(), -1};
    for (std::int64_t r = 0; r < mask.readout(); ++r)
        for (std::int64_t p = 0; p < mask.phase(); ++p)
            if (mask.samples()(r, p)) box = {std::min(box.top, r), r, std::min(box.left, p), std::max(box.right, p)};
    return box;
}

}  // namespace

std::pair<std::int64_t, std::int64_t> filledColumns(const AcquisitionHeader& header) {
    if (header.phaseEnd <= header.phaseBegin) return {0, header.encoded.phase};
    return {header.phaseBegin, header.phaseEnd};
}

std::pair<std::int64_t, std::int64_t> acquiredColumns(const SamplingMask& acquired) {
    const auto box = boxOf(acquired);
    return {box.left, box.right + 1};
}

double accelerationOf(const SamplingMask& mask, const AcquisitionHeader& header) {
    const auto [begin, end] = filledColumns(header);
    return static_cast<double>(mask.readout() * (end - begin)) / static_cast<double>(std::max<std::int64_t>(1, mask.keptCount()));
}

bool isAccelerated(const SamplingMask& acquired) {
    const auto area = boxOf(acquired).area();
    if (area == 0) return false;
    const double filled = static_cast<double>(acquired.keptCount()) / static_cast<double>(area);
    return filled < (acquired.isColumnwise() ? kFullLines : kFullEllipse);
}

SamplingMask acquiredMaskOf(const AcquisitionHeader& header, const ComplexArray& kspaceSlice) {
    return header.acquiredMask ? *header.acquiredMask : acquiredSamples(kspaceSlice);
}

}  // namespace larmor::session
