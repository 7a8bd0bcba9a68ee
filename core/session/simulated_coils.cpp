#include "core/session/simulated_coils.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/base/rng.h"

namespace larmor::session {

namespace {

using Vector = std::array<double, 3>;  // x along phase encode, y along readout, z across slices
constexpr int kSegments = 24;          // of a loop
constexpr double kRingScale = 1.5;     // half-axes of the cylinder / half the field of view: the corners lie inside
constexpr double kOverlap = 1.25;      // loop diameter / distance between neighbouring centres

Vector operator+(const Vector& a, const Vector& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
Vector operator*(double s, const Vector& a) { return {s * a[0], s * a[1], s * a[2]}; }

struct Segment {
    Vector middle, along;
};

/// Segments of the loop that sits on the cylinder at an angle and faces its axis.
std::vector<Segment> loopAt(std::int64_t coil, std::int64_t coils, double halfX, double halfY) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(coil) / static_cast<double>(coils);
    const double radius = kOverlap * std::numbers::pi * 0.5 * (halfX + halfY) / static_cast<double>(std::max<std::int64_t>(4, coils));
    const double shift = (coil % 2 ? -0.3 : 0.3) * radius;  // neighbours differ along z, as in real head arrays
    const Vector centre{halfX * std::cos(angle), halfY * std::sin(angle), shift};
    const Vector tangent{-std::sin(angle), std::cos(angle), 0}, axis{0, 0, 1};
    std::vector<Segment> segments;
    for (int i = 0; i < kSegments; ++i) {
        const double t = 2 * std::numbers::pi * (i + 0.5) / kSegments;
        segments.push_back({centre + (radius * std::cos(t)) * tangent + (radius * std::sin(t)) * axis,
                            (-std::sin(t)) * tangent + std::cos(t) * axis});
    }
    return segments;
}

/// Transverse field of the loop, Bx - i By, up to a constant. [Biot-Savart]
std::complex<double> fieldAt(const std::vector<Segment>& loop, const Vector& point) {
    double bx = 0, by = 0;
    for (const auto& [middle, along] : loop) {
        const Vector d = point + (-1.0) * middle;
        const double distance2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 1;
        const double weight = 1 / (distance2 * std::sqrt(distance2));
        bx += weight * (along[1] * d[2] - along[2] * d[1]);
        by += weight * (along[2] * d[0] - along[0] * d[2]);
    }
    return {bx, -by};
}

void scaleToUnitNorm(ComplexArray& maps) {
    const auto pixels = maps.extent(1) * maps.extent(2);
    for (std::int64_t i = 0; i < pixels; ++i) {
        double sum = 0;
        for (std::int64_t c = 0; c < maps.extent(0); ++c) sum += std::norm(std::complex<double>(maps[c * pixels + i]));
        for (std::int64_t c = 0; c < maps.extent(0); ++c) maps[c * pixels + i] /= static_cast<float>(std::sqrt(sum));
    }
}

}  // namespace

ComplexArray simulatedMaps(const SimulatedPlane& plane, std::int64_t coils) {
    ComplexArray maps({coils, plane.readout, plane.phase});
    const double halfX = kRingScale * static_cast<double>(plane.phase) / 2, halfY = kRingScale * static_cast<double>(plane.readout) / 2;
    const double gain = halfX * halfY;  // keeps the field near one before it is scaled
    for (std::int64_t c = 0; c < coils; ++c) {
        const auto loop = loopAt(c, coils, halfX, halfY);
        for (std::int64_t r = 0; r < plane.readout; ++r)
            for (std::int64_t p = 0; p < plane.phase; ++p) {
                const Vector point{static_cast<double>(p - plane.phase / 2), static_cast<double>(r - plane.readout / 2), plane.z};
                maps(c, r, p) = cfloat(gain * fieldAt(loop, point));
            }
    }
    scaleToUnitNorm(maps);
    return maps;
}

ComplexArray simulatedPhase(const SimulatedPlane& plane, std::uint64_t seed) {
    NoiseSource random(seed, 0);
    const auto drawn = [&random](double size) { return size * (2 * random.uniform() - 1); };
    std::array<double, 6> polynomial{};
    for (auto& coefficient : polynomial) coefficient = drawn(0.8);
    struct Wave { double x, y, start, size; };
    std::array<Wave, 3> waves{};
    for (auto& wave : waves) wave = {drawn(1.5), drawn(1.5), drawn(std::numbers::pi), drawn(0.35)};
    const double tilt = drawn(0.004);
    ComplexArray phase({plane.readout, plane.phase});
    for (std::int64_t r = 0; r < plane.readout; ++r)
        for (std::int64_t p = 0; p < plane.phase; ++p) {
            const double y = 2.0 * static_cast<double>(r) / static_cast<double>(plane.readout) - 1;
            const double x = 2.0 * static_cast<double>(p) / static_cast<double>(plane.phase) - 1;
            double phi = polynomial[0] + polynomial[1] * x + polynomial[2] * y + polynomial[3] * x * y + polynomial[4] * x * x + polynomial[5] * y * y;
            for (const auto& wave : waves) phi += wave.size * std::sin(std::numbers::pi * (wave.x * x + wave.y * y) + wave.start);
            phase(r, p) = cfloat(std::polar(1.0, phi + tilt * plane.z));
        }
    return phase;
}

ComplexArray tissuePhaseOf(const RealArray& image, double mean, double strength) {
    constexpr double kPlace = 1.5, kWidth = 0.1;
    ComplexArray phase(image.shape());
    std::transform(image.values().begin(), image.values().end(), phase.values().begin(), [&](double magnitude) {
        const double above = mean > 0 ? (magnitude / mean - kPlace) / kWidth : 0;
        return cfloat(std::polar(1.0, strength / (1 + std::exp(-above))));
    });
    return phase;
}

}  // namespace larmor::session
