#include "core/session/beating_image.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace larmor::session {

namespace {

constexpr double kWidth = 1.0 / 8;  // of the shorter edge

struct Place {
    double row = 0, column = 0;
};

Place centreOfMass(const RealArray& image) {
    double mass = 0;
    Place sum;
    for (std::int64_t r = 0; r < image.extent(0); ++r)
        for (std::int64_t c = 0; c < image.extent(1); ++c) {
            const double value = image(r, c);
            mass += value;
            sum.row += value * static_cast<double>(r);
            sum.column += value * static_cast<double>(c);
        }
    if (mass <= 0) return {static_cast<double>(image.extent(0)) / 2, static_cast<double>(image.extent(1)) / 2};
    return {sum.row / mass, sum.column / mass};
}

/// Between four pixels; those beyond the edge are those at the edge.
float linear(const RealArray& image, Place at) {
    const auto inside = [](double x, std::int64_t n) { return std::clamp(x, 0.0, static_cast<double>(n - 1)); };
    const double row = inside(at.row, image.extent(0)), column = inside(at.column, image.extent(1));
    const auto r = static_cast<std::int64_t>(row), c = static_cast<std::int64_t>(column);
    const auto below = std::min(r + 1, image.extent(0) - 1), right = std::min(c + 1, image.extent(1) - 1);
    const double dr = row - static_cast<double>(r), dc = column - static_cast<double>(c);
    const double upper = (1 - dc) * image(r, c) + dc * image(r, right);
    const double lower = (1 - dc) * image(below, c) + dc * image(below, right);
    return static_cast<float>((1 - dr) * upper + dr * lower);
}

}  // namespace

RealArray beatingFrame(const RealArray& image, std::int64_t frame, std::int64_t frames, double strength) {
    if (frame == 0) return image;
    const double turn = 2 * std::numbers::pi * static_cast<double>(frame) / static_cast<double>(frames);
    const double amount = strength * (1 - std::cos(turn)) / 2;
    const double width = kWidth * static_cast<double>(std::min(image.extent(0), image.extent(1)));
    const Place centre = centreOfMass(image);
    RealArray moved(image.shape());
    for (std::int64_t r = 0; r < image.extent(0); ++r)
        for (std::int64_t c = 0; c < image.extent(1); ++c) {
            const double dr = static_cast<double>(r) - centre.row, dc = static_cast<double>(c) - centre.column;
            const double stretch = 1 + amount * std::exp(-(dr * dr + dc * dc) / (2 * width * width));
            moved(r, c) = linear(image, {centre.row + stretch * dr, centre.column + stretch * dc});
        }
    return moved;
}

}  // namespace larmor::session
