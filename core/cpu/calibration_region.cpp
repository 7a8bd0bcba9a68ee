#include "core/cpu/calibration_region.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>

#include "core/base/masks/mask_generator.h"
#include "core/cpu/combine.h"

namespace larmor::cpu {

namespace {
constexpr std::int64_t kCentre = 32;  ///< of the scale

/// For each row of the mask: are all of the columns kept?
std::vector<bool> fullRows(const SamplingMask& mask, std::int64_t column, std::int64_t columns) {
    std::vector<bool> full(static_cast<std::size_t>(mask.readout()));
    for (std::int64_t row = 0; row < mask.readout(); ++row) {
        const auto line = mask.samples().block(row).subspan(static_cast<std::size_t>(column), static_cast<std::size_t>(columns));
        full[static_cast<std::size_t>(row)] = std::all_of(line.begin(), line.end(), [](std::uint8_t kept) { return kept != 0; });
    }
    return full;
}

std::vector<double> rowEnergies(const KspaceView& kspace, std::int64_t column, std::int64_t columns) {
    std::vector<double> energies(static_cast<std::size_t>(kspace.rows), 0.0);
    for (std::int64_t coil = 0; coil < kspace.coils; ++coil)
        for (std::int64_t row = 0; row < kspace.rows; ++row) {
            const cfloat* const line = kspace.row(coil, row) + column;
            for (std::int64_t i = 0; i < columns; ++i) energies[static_cast<std::size_t>(row)] += std::norm(std::complex<double>(line[i]));
        }
    return energies;
}

/// Start of the window of fully sampled rows with the largest energy; the one nearest to the middle where several are equal.
std::optional<std::int64_t> bestStart(const std::vector<bool>& full, const std::vector<double>& energy, std::int64_t rows) {
    const auto total = static_cast<std::int64_t>(full.size());
    const std::int64_t middle = total / 2 - rows / 2;
    std::optional<std::int64_t> best;
    double most = -1;
    for (std::int64_t start = 0; start + rows <= total; ++start) {
        if (!std::all_of(full.begin() + start, full.begin() + start + rows, [](bool kept) { return kept; })) continue;
        double sum = 0;
        for (std::int64_t row = start; row < start + rows; ++row) sum += energy[static_cast<std::size_t>(row)];
        const bool nearer = best && std::abs(start - middle) < std::abs(*best - middle);
        if (sum > most || (sum == most && nearer)) {
            most = sum;
            best = start;
        }
    }
    return best;
}

/// The value at the fraction q of the sorted ones, without interpolation.
double sortedValue(const std::vector<float>& sorted, double q) {
    const auto place = static_cast<std::size_t>(static_cast<double>(sorted.size()) * q);
    return static_cast<double>(sorted[std::min(place, sorted.size() - 1)]);
}

/// Root-sum-of-squares image, in units of its own.
struct ScaleImage {
    std::vector<float> rss;
    double unit = 1;
};
/// Of the centre, or of all samples of the mask where the centre is not sampled.
ScaleImage scaleImage(const KspaceView& kspace, const SamplingMask& mask) {
    const auto region = calibrationRegion(kspace, mask, kCentre);
    if (!region) return {rssImage(kspace, mask.samples().data())};
    ComplexArray samples = samplesIn(kspace, *region);
    const double unit = scaleToOne(samples);
    return {rssImage(samples, nullptr), unit};
}
}  // namespace

std::optional<CalibrationRegion> calibrationRegion(const KspaceView& kspace, const SamplingMask& mask, std::int64_t size) {
    checkShape({kspace.coils, kspace.rows, kspace.columns}, {-1, mask.readout(), mask.phase()}, "k-space");
    const auto block = masks::calibrationBlock(mask);
    const std::int64_t rows = std::min(block.readout, size), columns = std::min(block.phase, size);
    if (rows < 1 || columns < 1) return std::nullopt;
    // An odd block in an even matrix may lie on either side of the middle.
    for (const std::int64_t column : {mask.phase() / 2 - columns / 2, (mask.phase() - columns) / 2})
        if (const auto row = bestStart(fullRows(mask, column, columns), rowEnergies(kspace, column, columns), rows))
            return CalibrationRegion{*row, column, rows, columns};
    return std::nullopt;
}

ComplexArray samplesIn(const KspaceView& kspace, const CalibrationRegion& region) {
    ComplexArray samples({kspace.coils, region.rows, region.columns});
    for (std::int64_t coil = 0; coil < kspace.coils; ++coil)
        for (std::int64_t row = 0; row < region.rows; ++row)
            std::copy_n(kspace.row(coil, region.row + row) + region.column, region.columns,
                        samples.data() + (coil * region.rows + row) * region.columns);
    return samples;
}

double scaleToOne(ComplexArray& samples) {
    float largest = 0;
    for (const auto value : samples.values()) largest = std::max(largest, std::abs(value));
    if (largest > 0)
        for (auto& value : samples.values()) value /= largest;
    return static_cast<double>(largest);
}

double picsScale(const KspaceView& kspace, const SamplingMask& mask) {
    auto [rss, unit] = scaleImage(kspace, mask);
    if (rss.empty()) return 1;
    std::sort(rss.begin(), rss.end());
    const double median = sortedValue(rss, 0.5), p90 = sortedValue(rss, 0.9), maximum = sortedValue(rss, 1);
    const double units = unit / std::sqrt(static_cast<double>(kspace.rows * kspace.columns) / static_cast<double>(rss.size()));
    const double scale = (maximum - p90 < 2 * (p90 - median) ? p90 : maximum) * units;
    return scale > 0 ? scale : 1;
}

}  // namespace larmor::cpu
