// What a mask is good for: calibration region, warnings, point spread function.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/base/masks/mask_generator.h"

namespace larmor::masks {

namespace {
constexpr std::int64_t kSmallestCalibration = 8;  // a 6x6 kernel needs a few positions
constexpr double kNoSideLobe = 1e-6;              // rounding of the sums

/// Longest centred stretch of kept samples in a row; index length/2 is the centre.
std::int64_t centredRun(std::span<const std::uint8_t> row) {
    const auto length = static_cast<std::int64_t>(row.size()), centre = length / 2;
    std::int64_t below = 0, above = 0;
    while (below < centre && row[static_cast<std::size_t>(centre - 1 - below)]) ++below;
    while (centre + above < length && row[static_cast<std::size_t>(centre + above)]) ++above;
    return std::min(2 * below + 1, 2 * above);
}

std::vector<double> columnSums(const SamplingMask& mask) {
    std::vector<double> sums(static_cast<std::size_t>(mask.phase()));
    for (std::int64_t row = 0; row < mask.readout(); ++row) {
        const auto values = mask.samples().block(row);
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += values[c];
    }
    return sums;
}

/// |sum_k sums[k] exp(2 pi i (k - c)(x - c) / N)|, normalised to its value at the centre c.
std::vector<float> fourierMagnitude(const std::vector<double>& sums) {
    const auto n = static_cast<std::int64_t>(sums.size());
    std::vector<double> cosine(sums.size()), sine(sums.size());
    for (std::int64_t i = 0; i < n; ++i) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
        cosine[static_cast<std::size_t>(i)] = std::cos(angle);
        sine[static_cast<std::size_t>(i)] = std::sin(angle);
    }
    double total = 0;
    for (const double value : sums) total += value;
    std::vector<float> profile(sums.size());
    for (std::int64_t x = 0; x < n; ++x) {
        double re = 0, im = 0;
        for (std::int64_t k = 0; k < n; ++k) {
            const auto turn = static_cast<std::size_t>(k * std::abs(x - n / 2) % n);
            re += sums[static_cast<std::size_t>(k)] * cosine[turn];
            im += sums[static_cast<std::size_t>(k)] * sine[turn];
        }
        profile[static_cast<std::size_t>(x)] = static_cast<float>(std::hypot(re, im) / total);
    }
    return profile;
}

/// The largest value beyond the main lobe, which ends where the profile first rises again.
void findSideLobe(PointSpread& spread) {
    const auto n = static_cast<std::int64_t>(spread.profile.size());
    const auto at = [&](std::int64_t distance) { return spread.profile[static_cast<std::size_t>(n / 2 - distance)]; };
    std::int64_t distance = 1;
    while (distance < n / 2 && at(distance + 1) < at(distance)) ++distance;
    for (; distance <= n / 2; ++distance) {
        if (at(distance) <= spread.sideLobe || at(distance) < kNoSideLobe) continue;
        spread.sideLobe = at(distance);
        spread.sideLobeDistance = distance;
    }
}
}  // namespace

CalibrationBlock calibrationBlock(const SamplingMask& mask) {
    if (mask.empty()) return {};
    const std::int64_t readout = mask.readout(), centre = readout / 2;
    CalibrationBlock best;
    std::int64_t width = mask.phase();
    for (std::int64_t height = 1; height <= readout; ++height) {
        // A block of that height begins at centre - height/2: it grows downwards and upwards in turn.
        const std::int64_t row = height % 2 == 0 ? centre - height / 2 : centre + height / 2;
        width = std::min(width, centredRun(mask.samples().block(row)));
        if (width == 0) break;
        const auto smaller = std::min(height, width), bestSmaller = std::min(best.readout, best.phase);
        if (smaller > bestSmaller || (smaller == bestSmaller && height * width > best.readout * best.phase)) best = {height, width};
    }
    return best;
}

bool keepsCentre(const SamplingMask& mask) {
    constexpr std::int64_t kLeast = 4;
    const auto [height, width] = calibrationBlock(mask);
    return !mask.empty() && std::min(height, width) >= std::min({kLeast, mask.readout(), mask.phase()});
}

std::vector<std::string> maskWarnings(const SamplingMask& mask) {
    if (mask.empty() || mask.keptCount() == 0) return {"The mask is empty: it keeps no sample."};
    std::vector<std::string> warnings;
    if (mask.isRowwise())
        warnings.push_back(
            "The mask leaves out lines along readout, which a scanner fills at no cost. Check that it is not transposed: "
            "rows are readout, columns are phase encode.");
    const auto [height, width] = calibrationBlock(mask);
    if (std::min(height, width) < std::min({kSmallestCalibration, mask.readout(), mask.phase()}))
        warnings.push_back(
            fmt::format("The mask has no usable ACS: only {} x {} samples in the centre of k-space are fully sampled. "
                        "Coil maps cannot be estimated from it; give maps or a larger ACS.",
                        height, width));
    return warnings;
}

PointSpread pointSpread(const SamplingMask& mask) {
    if (mask.empty() || mask.keptCount() == 0) throw InputError("An empty mask has no point spread function.");
    PointSpread spread{fourierMagnitude(columnSums(mask)), 0, 0};
    findSideLobe(spread);
    return spread;
}

}  // namespace larmor::masks
