#include "core/base/metrics/calibration.h"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace larmor::metrics {

namespace {
constexpr double kWithin = 1.64;  // nine tenths of a normal distribution

bool liesWithin(const ComplexArray& samples, std::int64_t pixel, double reference) {
    const std::int64_t count = samples.extent(0), size = samples.size() / count;
    double sum = 0, squares = 0;
    for (std::int64_t s = 0; s < count; ++s) {
        const double value = std::abs(samples[s * size + pixel]);
        sum += value;
        squares += value * value;
    }
    const double mean = sum / static_cast<double>(count);
    const double variance = std::max(0.0, squares - sum * mean) / static_cast<double>(count - 1);
    return std::abs(reference - mean) <= kWithin * std::sqrt(variance);
}
}  // namespace

double studentWithin(double t, std::int64_t degrees) {
    // Simpson's rule on the density, which is smooth: 2000 pieces leave an error far below what a share of pixels can show.
    constexpr int kPieces = 2000;
    const auto nu = static_cast<double>(degrees);
    const double height = std::exp(std::lgamma((nu + 1) / 2) - std::lgamma(nu / 2)) / std::sqrt(nu * std::numbers::pi);
    const auto density = [&](double x) { return height * std::pow(1 + x * x / nu, -(nu + 1) / 2); };
    const double width = t / kPieces;
    double sum = density(0) + density(t);
    for (int i = 1; i < kPieces; ++i) sum += (i % 2 == 1 ? 4 : 2) * density(i * width);
    return 2 * sum * width / 3;
}

Calibration calibration(const ComplexArray& samples, const RealArray& reference, const ByteArray* region) {
    checkShape(samples.shape(), {-1, -1, -1}, "posterior samples");
    checkShape(reference.shape(), {samples.extent(1), samples.extent(2)}, "reference");
    if (region) checkShape(region->shape(), reference.shape(), "region");
    const std::int64_t count = samples.extent(0);
    if (count < 2) throw ShapeError("posterior samples", "at least two samples", fmt::format("{}", count), "Draw more with --samples.");
    Calibration result;
    std::int64_t inside = 0;
    for (std::int64_t i = 0; i < reference.size(); ++i) {
        if (region && (*region)[i] == 0) continue;
        ++result.pixels;
        if (liesWithin(samples, i, static_cast<double>(reference[i]))) ++inside;
    }
    if (result.pixels == 0) throw InputError("The region is empty.", "Choose a region with pixels.");
    result.fraction = static_cast<double>(inside) / static_cast<double>(result.pixels);
    result.expected = studentWithin(kWithin / std::sqrt(1 + 1 / static_cast<double>(count)), count - 1);
    return result;
}

}  // namespace larmor::metrics
