#include "core/base/data/air_noise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace larmor {

namespace {

constexpr std::int64_t kFewestPlaces = 64, kFewestLines = 8;
constexpr std::int64_t kFewestValues = 2000;  // of a piece: their median scatters by 2.6 %

double medianLevel(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle) / kMadOfNormal;
}

/// Lines along the readout that the mask keeps whole, without those that were never acquired.
struct WholeLines {
    ComplexArray samples;  ///< [coil x line, readout, 1], the lines of a coil together
    std::int64_t count = 0;
    double measured = 0;   ///< share of their samples that are not padding
};

WholeLines wholeLines(const ComplexArray& kspace, const SamplingMask& mask) {
    const std::int64_t coils = kspace.extent(0), readout = mask.readout();
    const SamplingMask acquired = acquiredSamples(kspace);
    std::vector<std::int64_t> columns;
    std::int64_t held = 0;
    for (std::int64_t p = 0; p < mask.phase(); ++p) {
        std::int64_t kept = 0, filled = 0;
        for (std::int64_t r = 0; r < readout; ++r) {
            const auto place = r * mask.phase() + p;
            kept += mask.samples()[place] != 0 ? 1 : 0;
            filled += acquired.samples()[place] != 0 ? 1 : 0;
        }
        if (kept < readout || filled == 0) continue;
        columns.push_back(p);
        held += filled;
    }
    const auto count = static_cast<std::int64_t>(columns.size());
    if (count == 0) return {};
    WholeLines lines{ComplexArray({coils * count, readout, 1}), count, static_cast<double>(held) / static_cast<double>(count * readout)};
    for (std::int64_t coil = 0; coil < coils; ++coil)
        for (std::int64_t i = 0; i < count; ++i)
            for (std::int64_t r = 0; r < readout; ++r)
                lines.samples[(coil * count + i) * readout + r] = kspace(coil, r, columns[static_cast<std::size_t>(i)]);
    return lines;
}

/// Of each coil, over the places from `begin` to `end` of all its lines. @param lines [coil x line, place, 1]
std::vector<double> levelsOf(const ComplexArray& lines, std::int64_t count, std::int64_t begin, std::int64_t end) {
    std::vector<double> levels;
    std::vector<float> values;
    for (std::int64_t first = 0; first < lines.extent(0); first += count) {
        values.clear();
        for (std::int64_t line = first; line < first + count; ++line)
            for (std::int64_t place = begin; place < end; ++place) {
                const cfloat value = lines(line, place, 0);
                values.push_back(std::abs(value.real()));
                values.push_back(std::abs(value.imag()));
            }
        levels.push_back(medianLevel(values));
    }
    return levels;
}

/// 14 or 7 pieces, as long as each holds enough values; else none. @param lines  of all coils
std::int64_t piecesOf(std::int64_t lines, std::int64_t places) {
    for (const std::int64_t pieces : {14, 7})
        if (2 * lines * (places / pieces) >= kFewestValues) return pieces;
    return 0;
}

}  // namespace

std::optional<std::vector<double>> airNoise(const ComplexArray& kspace, const SamplingMask& mask, const ReadoutTransform& toImage) {
    checkShape(kspace.shape(), {-1, mask.readout(), mask.phase()}, "k-space");
    const std::int64_t places = mask.readout(), first = places / 16, inner = places - 2 * first;
    if (places < kFewestPlaces) return std::nullopt;
    const WholeLines whole = wholeLines(kspace, mask);
    const std::int64_t pieces = whole.count < kFewestLines ? 0 : piecesOf(whole.samples.extent(0), inner);
    if (pieces == 0) return std::nullopt;
    const ComplexArray lines = toImage(whole.samples);
    std::vector<double> quietest;
    double lowest = std::numeric_limits<double>::infinity();
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
        auto levels = levelsOf(lines, whole.count, first + inner * piece / pieces, first + inner * (piece + 1) / pieces);
        const double power = noisePower(levels);
        if (!(power < lowest)) continue;
        lowest = power;
        quietest = std::move(levels);
    }
    if (!(lowest > 0) || quietest.empty()) return std::nullopt;
    for (double& level : quietest) level /= std::sqrt(whole.measured);
    return quietest;
}

double noisePower(std::span<const double> levels) {
    double sum = 0;
    for (const double level : levels) sum += level * level;
    return sum;
}

}  // namespace larmor
