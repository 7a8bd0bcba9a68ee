#include "core/base/array.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace larmor {

namespace {
constexpr std::int64_t kMostElements = std::int64_t{1} << 62;

/// Where the overlap of a source of length `from` and a target of length `to`, both centred at n/2, begins in each, and how long it is.
struct Overlap {
    std::int64_t source, target, length;
};

Overlap centredOverlap(std::int64_t from, std::int64_t to) {
    const std::int64_t shift = from / 2 - to / 2;
    const std::int64_t source = std::max<std::int64_t>(shift, 0);
    const std::int64_t target = std::max<std::int64_t>(-shift, 0);
    return {source, target, std::min(from - source, to - target)};
}
}  // namespace

std::int64_t elementCount(const Shape& shape) {
    if (std::any_of(shape.begin(), shape.end(), [](auto extent) { return extent < 0; }))
        throw ShapeError("array", "extents of 0 or more", toText(shape));
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    std::int64_t count = 1;
    for (const std::int64_t extent : shape) {
        if (extent > kMostElements / count) throw ShapeError("array", "at most 2^62 elements", toText(shape));
        count *= extent;
    }
    return count;
}

std::string toText(const Shape& shape) {
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

void checkShape(const Shape& found, const Shape& expected, const std::string& name) {
    const bool fits = std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                                 [](std::int64_t a, std::int64_t b) { return b == -1 || a == b; });
    if (fits) return;
    std::string text = toText(expected);
    for (std::size_t at = text.find("-1"); at != std::string::npos; at = text.find("-1")) text.replace(at, 2, "any");
    throw ShapeError(name, text, toText(found));
}

RealArray magnitude(const ComplexArray& x) {
    RealArray result(x.shape());
    std::transform(x.values().begin(), x.values().end(), result.data(), [](cfloat v) {
        const double re = v.real(), im = v.imag();
        return static_cast<float>(std::sqrt(re * re + im * im));
    });
    return result;
}

ComplexArray toComplex(const RealArray& x) {
    return ComplexArray(x.shape(), std::vector<cfloat>(x.values().begin(), x.values().end()));
}

std::int64_t countNonFinite(std::span<const cfloat> values) {
    return std::count_if(values.begin(), values.end(), [](cfloat v) { return !std::isfinite(v.real()) || !std::isfinite(v.imag()); });
}

ComplexArray centreFit(const ComplexArray& x, std::int64_t readout, std::int64_t phase) {
    if (x.rank() < 2) throw ShapeError("image", "at least 2 dimensions", toText(x.shape()));
    Shape shape = x.shape();
    const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
    shape[shape.size() - 2] = readout;
    shape.back() = phase;
    ComplexArray result(shape);
    if (x.empty() || result.empty()) return result;
    const Overlap row = centredOverlap(rows, readout), column = centredOverlap(columns, phase);
    const std::int64_t images = x.size() / (rows * columns);
    for (std::int64_t image = 0; image < images; ++image)
        for (std::int64_t r = 0; r < row.length; ++r)
            std::copy_n(x.data() + (image * rows + row.source + r) * columns + column.source, column.length,
                        result.data() + (image * readout + row.target + r) * phase + column.target);
    return result;
}

}  // namespace larmor
