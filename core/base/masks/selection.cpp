#include "core/base/masks/selection.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace larmor::masks {

namespace {
constexpr double kTolerance = 0.02;         // of R
constexpr double kGaussianWidth = 1.0 / 3;  // standard deviation of the line density, in half matrices
constexpr double kGaussianFloor = 0.05;     // density far out, relative to the centre

/// The spacing is a fraction, so that the count is met; it runs on across the ACS as if that were not there.
std::vector<std::int64_t> drawEquispaced(const std::vector<std::int64_t>& places, std::int64_t count, NoiseSource& random) {
    const double spacing = static_cast<double>(places.size()) / static_cast<double>(count);
    const double offset = random.uniform();
    std::vector<std::int64_t> kept;
    for (std::int64_t k = 0; k < count; ++k) {
        const auto at = static_cast<std::size_t>((static_cast<double>(k) + offset) * spacing);
        kept.push_back(places[std::min(at, places.size() - 1)]);
    }
    return kept;
}

/// Weighted draw without replacement: the largest of u^(1/w) [Efraimidis and Spirakis 2006].
std::vector<std::int64_t> drawGaussian(const Grid& grid, const std::vector<std::int64_t>& places, std::int64_t count, NoiseSource& random) {
    std::vector<std::pair<double, std::int64_t>> keys;
    for (const auto place : places) {
        const double r = grid.radius(place) / kGaussianWidth;
        const double weight = kGaussianFloor + (1 - kGaussianFloor) * std::exp(-0.5 * r * r);
        keys.emplace_back(-std::log(1.0 - random.uniform()) / weight, place);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::int64_t> kept;
    for (std::int64_t k = 0; k < count; ++k) kept.push_back(keys[static_cast<std::size_t>(k)].second);
    return kept;
}
}  // namespace

double Grid::radius(std::int64_t place) const {
    const auto fromCentre = [](std::int64_t index, std::int64_t length) {
        return 2.0 * static_cast<double>(index - length / 2) / static_cast<double>(length);
    };
    return std::hypot(fromCentre(rowOf(place), rows), fromCentre(columnOf(place), columns));
}

std::vector<std::int64_t> Grid::outside() const {
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < allowed.size(); ++i)
        if (allowed[i] && !centre[i]) places.push_back(static_cast<std::int64_t>(i));
    return places;
}

std::int64_t Grid::allowedCount() const {
    return std::count(allowed.begin(), allowed.end(), 1);
}
std::int64_t Grid::centreCount() const {
    return std::count(centre.begin(), centre.end(), 1);
}

Grid makeGrid(std::int64_t rows, std::int64_t columns, std::vector<std::uint8_t> allowed, std::int64_t acsRows, std::int64_t acsColumns) {
    Grid grid{rows, columns, std::move(allowed), {}};
    grid.centre.assign(grid.allowed.size(), 0);
    const std::int64_t firstRow = rows / 2 - acsRows / 2, firstColumn = columns / 2 - acsColumns / 2;
    for (std::int64_t r = std::max<std::int64_t>(firstRow, 0); r < std::min(firstRow + acsRows, rows); ++r)
        for (std::int64_t c = std::max<std::int64_t>(firstColumn, 0); c < std::min(firstColumn + acsColumns, columns); ++c) {
            const auto place = static_cast<std::size_t>(r * columns + c);
            grid.centre[place] = grid.allowed[place];
        }
    return grid;
}

std::int64_t keepCount(std::int64_t places, std::int64_t acs, const MaskSpec& spec) {
    const double r = spec.acceleration, all = static_cast<double>(places);
    const auto achieved = [&](std::int64_t count) { return all / static_cast<double>(count); };
    const auto fewer = std::clamp<std::int64_t>(static_cast<std::int64_t>(all / r), 1, places);
    const std::int64_t more = std::min(fewer + 1, places);
    const std::int64_t count = std::abs(achieved(fewer) - r) <= std::abs(achieved(more) - r) ? fewer : more;
    const std::int64_t least = std::max<std::int64_t>(acs, 1);
    if (r <= achieved(least) * (1 + kTolerance)) return std::max(count, least);
    throw UsageError(
        fmt::format("R = {} cannot be reached: {} of {} must be kept, so R is at most {:.2f}.", r, least, places, achieved(least)),
        "Choose a smaller R or a smaller ACS.");
}

std::vector<std::int64_t> drawSome(std::vector<std::int64_t> values, std::int64_t count, NoiseSource& random) {
    const auto size = static_cast<std::int64_t>(values.size());
    count = std::min(count, size);
    for (std::int64_t i = 0; i < count; ++i)
        std::swap(values[static_cast<std::size_t>(i)], values[static_cast<std::size_t>(i + random.below(size - i))]);
    values.resize(static_cast<std::size_t>(count));
    return values;
}

std::vector<std::uint8_t> select(const Grid& grid, const MaskSpec& spec, std::int64_t frame) {
    if (!countsAcs(spec.kind)) {
        std::vector<std::uint8_t> kept = grid.centre;
        for (const auto place : chooseInTime(grid, spec, frame)) kept[static_cast<std::size_t>(place)] = 1;
        return kept;
    }
    const std::int64_t acs = grid.centreCount();
    const std::int64_t count = keepCount(grid.allowedCount(), acs, spec) - acs;
    std::vector<std::uint8_t> kept = grid.centre;
    if (count == 0) return kept;
    NoiseSource random(spec.seed);
    const auto places = grid.outside();
    std::vector<std::int64_t> drawn;
    switch (spec.kind) {
        case Kind::Equispaced:
            drawn = drawEquispaced(places, count, random);
            break;
        case Kind::Random:
            drawn = drawSome(places, count, random);
            break;
        case Kind::Gaussian:
            drawn = drawGaussian(grid, places, count, random);
            break;
        case Kind::Poisson:
            drawn = drawPoissonDisc(grid, count, spec.seed);
            break;
        default:
            break;
    }
    for (const auto place : drawn) kept[static_cast<std::size_t>(place)] = 1;
    return kept;
}

}  // namespace larmor::masks
