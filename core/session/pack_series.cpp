#include "core/session/pack_series.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/data/image.h"
#include "core/base/io/load.h"
#include "core/session/open_scan.h"
#include "core/session/reconstruct.h"
#include "core/session/slices_text.h"

namespace larmor::session {

namespace {

std::string nameOf(const std::string& path) { return std::filesystem::path(path).filename().string(); }

ImageStack imagesOf(const std::string& path) {
    if (!io::guessContent(path).isKspace) return io::readImages(path);
    const auto acquisition = openScan(path);
    auto reference = makeReference(*acquisition, allSlices(acquisition->header().sliceCount()), Combination::Mvue, false, {});
    if (reference.kind != ReferenceKind::Mvue)
        throw InputError(fmt::format("{} is undersampled: its image is no ground truth.", path), "Train on fully sampled scans.");
    return std::move(reference.images);
}

/// Spacing in mm along slice, row and column of the stack; 0 where it is not known.
std::array<double, 3> spacingOf(const ImageStack& images, double pixelMm) {
    const auto& geometry = images.geometry;
    const auto pixel = geometry.pixel.value_or(PixelSize{pixelMm, pixelMm});
    return {geometry.patient ? geometry.patient->sliceSpacingMm : geometry.sliceThicknessMm.value_or(0), pixel.readoutMm, pixel.phaseMm};
}

std::size_t shortestAxis(const Shape& shape) {
    if (shape[0] == 1) return 0;
    return static_cast<std::size_t>(std::min_element(shape.begin(), shape.end()) - shape.begin());
}

/// Slice `index` along an axis of [slice, row, column]; the other two keep their order.
ComplexArray cut(const ComplexArray& stack, std::size_t axis, std::int64_t index) {
    if (axis == 0) return stack.slice(index);
    const auto slices = stack.extent(0), other = stack.extent(axis == 1 ? 2 : 1);
    ComplexArray plane({slices, other});
    for (std::int64_t s = 0; s < slices; ++s)
        for (std::int64_t i = 0; i < other; ++i) plane(s, i) = axis == 1 ? stack(s, index, i) : stack(s, i, index);
    return plane;
}

}  // namespace

PackSeries readPackSeries(const std::string& path, const training::PackSource& source) {
    const auto images = imagesOf(path);
    const auto axis = source.sliceAxis ? static_cast<std::size_t>(*source.sliceAxis) : shortestAxis(images.pixels.shape());
    const auto spacing = spacingOf(images, source.pixelMm);
    PackSeries series;
    series.subject = training::subjectOf(nameOf(path), source);
    series.complexValued = !images.isReal;
    series.pixelRowsMm = spacing[axis == 0 ? 1 : 0];
    series.pixelColumnsMm = spacing[axis == 2 ? 1 : 2];
    const auto count = images.pixels.extent(axis);
    for (std::int64_t i = source.skipFirst; i < count - source.skipLast; i += source.every) {
        series.slices.push_back(cut(images.pixels, axis, i));
        series.names.push_back(count > 1 ? fmt::format("{}:{}", nameOf(path), i) : nameOf(path));
    }
    return series;
}

}  // namespace larmor::session
