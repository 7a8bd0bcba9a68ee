#include "core/base/metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace larmor::metrics {

namespace {
constexpr double kWithin = 1.64;  // nine tenths of a normal distribution

/// Of the samples' magnitudes in one pixel; the deviation is divided by S - 1.
struct Scatter {
    double mean = 0, deviation = 0;
};

Scatter scatterAt(const ComplexArray& samples, std::int64_t pixel) {
    const std::int64_t count = samples.extent(0), size = samples.size() / count;
    double sum = 0, squares = 0;
    for (std::int64_t s = 0; s < count; ++s) {
        const double value = std::abs(samples[s * size + pixel]);
        sum += value;
        squares += value * value;
    }
    const double mean = sum / static_cast<double>(count);
    return {mean, std::sqrt(std::max(0.0, squares - sum * mean) / static_cast<double>(count - 1))};
}

/// For each number of deviations: how many pixels of the region lie within that many of the samples' mean.
struct Counted {
    std::vector<std::int64_t> inside;
    std::int64_t pixels = 0;
};

Counted countWithin(const ComplexArray& samples, const RealArray& reference, const std::vector<double>& deviations,
                    const ByteArray* region) {
    checkShape(samples.shape(), {-1, -1, -1}, "posterior samples");
    checkShape(reference.shape(), {samples.extent(1), samples.extent(2)}, "reference");
    if (region) checkShape(region->shape(), reference.shape(), "region");
    const std::int64_t count = samples.extent(0);
    if (count < 2) throw ShapeError("posterior samples", "at least two samples", fmt::format("{}", count), "Draw more with --samples.");
    Counted counted{std::vector<std::int64_t>(deviations.size()), 0};
    for (std::int64_t i = 0; i < reference.size(); ++i) {
        if (region && (*region)[i] == 0) continue;
        ++counted.pixels;
        const Scatter scatter = scatterAt(samples, i);
        const double error = std::abs(static_cast<double>(reference[i]) - scatter.mean);
        for (std::size_t k = 0; k < deviations.size(); ++k)
            if (error <= deviations[k] * scatter.deviation) ++counted.inside[k];
    }
    if (counted.pixels == 0) throw InputError("The region is empty.", "Choose a region with pixels.");
    return counted;
}

/// The mean of S samples errs too: what a distance from it is measured in, in deviations.
double predictionFactor(std::int64_t count) {
    return std::sqrt(1 + 1 / static_cast<double>(count));
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

double studentInterval(double share, std::int64_t degrees) {
    double low = 0, high = 1;
    while (studentWithin(high, degrees) < share) high *= 2;
    constexpr int kHalvings = 40;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = (low + high) / 2;
        (studentWithin(middle, degrees) < share ? low : high) = middle;
    }
    return (low + high) / 2;
}

Calibration calibration(const ComplexArray& samples, const RealArray& reference, const ByteArray* region) {
    const Counted counted = countWithin(samples, reference, {kWithin}, region);
    const std::int64_t count = samples.extent(0);
    return {static_cast<double>(counted.inside.front()) / static_cast<double>(counted.pixels),
            studentWithin(kWithin / predictionFactor(count), count - 1), counted.pixels};
}

std::vector<Coverage> coverage(const ComplexArray& samples, const RealArray& reference, const std::vector<double>& expected,
                               const ByteArray* region) {
    std::vector<double> deviations;
    const std::int64_t count = samples.rank() == 0 ? 0 : samples.extent(0);
    if (count > 1)
        for (const double share : expected) deviations.push_back(studentInterval(share, count - 1) * predictionFactor(count));
    const Counted counted = countWithin(samples, reference, deviations, region);
    std::vector<Coverage> found;
    for (std::size_t k = 0; k < expected.size(); ++k)
        found.push_back({expected[k], static_cast<double>(counted.inside[k]) / static_cast<double>(counted.pixels)});
    return found;
}

}  // namespace larmor::metrics
