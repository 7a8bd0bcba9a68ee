// Structural similarity [Wang et al. 2004] as scikit-image computes it by default.
#include <array>

#include "core/base/metrics/metrics.h"

namespace larmor::metrics {

namespace {
constexpr std::int64_t kWindow = 7;
constexpr double kSamples = kWindow * kWindow;
constexpr double kSampleCovariance = kSamples / (kSamples - 1);
constexpr double kK1 = 0.01, kK2 = 0.03;

/// Sums over a window of x, y, x^2, y^2, x y.
using Sums = std::array<double, 5>;

void add(Sums& sums, double x, double y, double sign) {
    sums[0] += sign * x;
    sums[1] += sign * y;
    sums[2] += sign * x * x;
    sums[3] += sign * y * y;
    sums[4] += sign * x * y;
}

void add(Sums& sums, const Sums& other, double sign) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += sign * other[i];
}

double similarity(const Sums& sums, double c1, double c2) {
    const double ux = sums[0] / kSamples, uy = sums[1] / kSamples;
    const double vx = kSampleCovariance * (sums[2] / kSamples - ux * ux);
    const double vy = kSampleCovariance * (sums[3] / kSamples - uy * uy);
    const double vxy = kSampleCovariance * (sums[4] / kSamples - ux * uy);
    return (2 * ux * uy + c1) * (2 * vxy + c2) / ((ux * ux + uy * uy + c1) * (vx + vy + c2));
}
}  // namespace

RealArray ssimMap(const RealArray& reference, const RealArray& image, double range) {
    checkShape(reference.shape(), {-1, -1}, "reference");
    checkShape(image.shape(), reference.shape(), "image");
    const std::int64_t rows = reference.extent(0), columns = reference.extent(1);
    if (rows < kWindow || columns < kWindow) throw ShapeError("image for SSIM", "sides of 7 or more", larmor::toText(reference.shape()));
    if (!(range > 0)) throw InputError("SSIM needs a range above 0.", "Is the reference image all zero?");
    const double c1 = (kK1 * range) * (kK1 * range), c2 = (kK2 * range) * (kK2 * range);

    RealArray map({rows - kWindow + 1, columns - kWindow + 1});
    std::vector<Sums> columnSums(static_cast<std::size_t>(columns), Sums{});
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t c = 0; c < columns; ++c) {
            Sums& sums = columnSums[static_cast<std::size_t>(c)];
            add(sums, reference(row, c), image(row, c), +1);
            if (row >= kWindow) add(sums, reference(row - kWindow, c), image(row - kWindow, c), -1);
        }
        if (row < kWindow - 1) continue;
        Sums window{};
        for (std::int64_t c = 0; c < columns; ++c) {
            add(window, columnSums[static_cast<std::size_t>(c)], +1);
            if (c >= kWindow) add(window, columnSums[static_cast<std::size_t>(c - kWindow)], -1);
            if (c >= kWindow - 1) map(row - kWindow + 1, c - kWindow + 1) = static_cast<float>(similarity(window, c1, c2));
        }
    }
    return map;
}

}  // namespace larmor::metrics
