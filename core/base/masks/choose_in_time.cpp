// The masks of the CMRxRecon challenges, made by their ktMaskGenerator.m: lines or spokes at R, different in each frame, with the ACS on
// top of them. [Wang et al., CMRxRecon 2024; the line density is that of VISTA, Ahmad et al., Magn Reson Med 2015]
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/base/masks/selection.h"

namespace larmor::masks {

namespace {
constexpr double kFloor = 0.1, kAlpha = 0.2;  // density kFloor + kAlpha / (1 - kAlpha) exp(-p^2 / s^2)
constexpr double kWidth = 0.2;                // s, of the matrix
constexpr double kSpokeReduction = 0.6;       // spokes are made for 0.6 R: they meet in the centre
constexpr double kTurnBetweenFrames = 137.5;  // degrees

std::vector<std::int64_t> allowedPlaces(const Grid& grid) {
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < grid.allowed.size(); ++i)
        if (grid.allowed[i]) places.push_back(static_cast<std::int64_t>(i));
    return places;
}

/// Lines f, f + R, f + 2 R ... of those there are: the rows of a Toeplitz matrix over lines and frames.
std::vector<std::int64_t> everyRth(const Grid& grid, const MaskSpec& spec, std::int64_t frame) {
    const double r = spec.acceleration;
    if (r != std::floor(r))
        throw UsageError(fmt::format("R = {} is not whole: a mask of the kind {} keeps every R-th line.", r, toText(spec.kind)),
                         "Choose a whole R.");
    const auto step = static_cast<std::int64_t>(r);
    const auto places = allowedPlaces(grid);
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < places.size(); ++i)
        if ((static_cast<std::int64_t>(i) - frame) % step == 0) kept.push_back(places[i]);
    return kept;
}

/// The nearest index that is free; of two a coin decides.
std::size_t nearestFree(const std::vector<bool>& taken, std::size_t from, NoiseSource& random) {
    for (std::size_t distance = 0;; ++distance) {
        const bool below = distance <= from && !taken[from - distance];
        const bool above = from + distance < taken.size() && !taken[from + distance];
        if (below && above) return random.below(2) == 0 ? from - distance : from + distance;
        if (below) return from - distance;
        if (above) return from + distance;
    }
}

/// Draws as many lines as there are over R with replacement, and moves what was drawn twice to the nearest free line of the frame.
std::vector<std::int64_t> gaussianLines(const Grid& grid, const MaskSpec& spec, std::int64_t frame) {
    const auto places = allowedPlaces(grid);
    std::vector<double> upTo;
    double total = 0;
    for (const auto place : places) {
        const double p = static_cast<double>(grid.columnOf(place) - grid.columns / 2) / (kWidth * static_cast<double>(grid.columns));
        upTo.push_back(total += kFloor + kAlpha / (1 - kAlpha) * std::exp(-p * p));
    }
    const auto all = static_cast<double>(places.size());
    const auto count = std::clamp<std::int64_t>(std::llround(all / spec.acceleration), 1, static_cast<std::int64_t>(places.size()));
    NoiseSource random(spec.seed, static_cast<std::uint64_t>(frame));
    std::vector<bool> taken(places.size());
    for (std::int64_t k = 0; k < count; ++k) {
        const auto drawn = static_cast<std::size_t>(std::upper_bound(upTo.begin(), upTo.end(), total * random.uniform()) - upTo.begin());
        taken[nearestFree(taken, std::min(drawn, places.size() - 1), random)] = true;
    }
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < places.size(); ++i)
        if (taken[i]) kept.push_back(places[i]);
    return kept;
}

/// floor(180 / (0.6 R)) diameters at equal angles, turned by 137.5 degrees from frame to frame: places within half a sample of one, no
/// farther from the centre than half the longer edge.
std::vector<std::int64_t> spokes(const Grid& grid, const MaskSpec& spec, std::int64_t frame) {
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(180 / (kSpokeReduction * spec.acceleration)));
    const double reach = static_cast<double>(std::max(grid.rows, grid.columns)) / 2;
    std::vector<std::pair<double, double>> directions;
    for (std::int64_t k = 0; k < count; ++k) {
        const double degrees = static_cast<double>(k) * 180 / static_cast<double>(count) + kTurnBetweenFrames * static_cast<double>(frame);
        const double angle = std::fmod(degrees, 180) * std::numbers::pi / 180;
        directions.emplace_back(std::cos(angle), std::sin(angle));
    }
    std::vector<std::int64_t> kept;
    for (const auto place : allowedPlaces(grid)) {
        const auto row = static_cast<double>(grid.rowOf(place) - grid.rows / 2),
                   column = static_cast<double>(grid.columnOf(place) - grid.columns / 2);
        if (std::hypot(row, column) > reach) continue;
        const auto isOn = [&](const auto& direction) { return std::abs(row * direction.first - column * direction.second) <= 0.5; };
        if (std::any_of(directions.begin(), directions.end(), isOn)) kept.push_back(place);
    }
    return kept;
}
}  // namespace

std::vector<std::int64_t> chooseInTime(const Grid& grid, const MaskSpec& spec, std::int64_t frame) {
    if (spec.kind == Kind::KtRadial) return spokes(grid, spec, frame);
    if (spec.kind == Kind::KtGaussian) return gaussianLines(grid, spec, frame);
    return everyRth(grid, spec, spec.kind == Kind::KtUniform ? frame : 0);
}

}  // namespace larmor::masks
