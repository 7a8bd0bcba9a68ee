#include "core/base/data/air_noise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace larmor {

namespace {

constexpr std::int64_t kFewestPlaces = 64, kFewestLines = 8;
constexpr std::int64_t kFewestValues = 2000;  // of a piece: their median scatters by 2.6 %
constexpr double kMadOfNormal = 0.6744897501960817;  // the median of |v| for v ~ N(0, 1)

double medianLevel(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle) / kMadOfNormal;
}

/// Of each coil, over the places from `begin` to `end`.
std::vector<double> levelsOf(const ComplexArray& lines, std::int64_t begin, std::int64_t end) {
    const std::int64_t coils = lines.extent(0), count = lines.extent(2);
    std::vector<double> levels;
    std::vector<float> values;
    for (std::int64_t coil = 0; coil < coils; ++coil) {
        values.clear();
        for (std::int64_t place = begin; place < end; ++place)
            for (std::int64_t line = 0; line < count; ++line) {
                const cfloat value = lines(coil, place, line);
                values.push_back(std::abs(value.real()));
                values.push_back(std::abs(value.imag()));
            }
        levels.push_back(medianLevel(values));
    }
    return levels;
}

double powerOf(const std::vector<double>& levels) {
    double sum = 0;
    for (const double level : levels) sum += level * level;
    return sum;
}

/// 14 or 7 pieces, as long as each holds enough values; else none.
std::int64_t piecesOf(const ComplexArray& lines, std::int64_t places) {
    for (const std::int64_t pieces : {14, 7})
        if (2 * lines.extent(0) * lines.extent(2) * (places / pieces) >= kFewestValues) return pieces;
    return 0;
}

}  // namespace

std::optional<std::vector<double>> airNoise(const ComplexArray& lines, double measured) {
    checkShape(lines.shape(), {-1, -1, -1}, "lines");
    const std::int64_t places = lines.extent(1);
    if (lines.extent(0) < 1 || places < kFewestPlaces || lines.extent(2) < kFewestLines || !(measured > 0)) return std::nullopt;
    std::vector<double> quietest;
    double lowest = std::numeric_limits<double>::infinity();
    const std::int64_t first = places / 16, inner = places - 2 * first, pieces = piecesOf(lines, inner);
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
        auto levels = levelsOf(lines, first + inner * piece / pieces, first + inner * (piece + 1) / pieces);
        const double power = powerOf(levels);
        if (!(power < lowest)) continue;
        lowest = power;
        quietest = std::move(levels);
    }
    if (!(lowest > 0) || quietest.empty()) return std::nullopt;
    for (double& level : quietest) level /= std::sqrt(measured);
    return quietest;
}

double measuredShare(const ComplexArray& lines) {
    checkShape(lines.shape(), {-1, -1, -1}, "lines");
    const std::int64_t coils = lines.extent(0), samples = lines.extent(1) * lines.extent(2);
    std::int64_t held = 0;
    for (std::int64_t i = 0; i < samples; ++i) {
        bool isHeld = false;
        for (std::int64_t coil = 0; coil < coils && !isHeld; ++coil) isHeld = lines[coil * samples + i] != cfloat{};
        held += isHeld ? 1 : 0;
    }
    return samples > 0 ? static_cast<double>(held) / static_cast<double>(samples) : 0;
}

}  // namespace larmor
