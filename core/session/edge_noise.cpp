#include "core/session/edge_noise.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace larmor::session {

namespace {

constexpr std::int64_t kShare = 64, kFewestByCoil = 16, kLargestShare = 8;

/// In half matrices, so that all corners are equally far.
double distanceOf(std::int64_t place, const SamplingMask& mask) {
    const auto along = [](std::int64_t index, std::int64_t size) {
        return static_cast<double>(index - size / 2) / (static_cast<double>(size) / 2);
    };
    return std::hypot(along(place / mask.phase(), mask.readout()), along(place % mask.phase(), mask.phase()));
}

}  // namespace

ComplexArray edgeNoise(const ComplexArray& kspace, const SamplingMask& acquired) {
    checkShape(kspace.shape(), {-1, acquired.readout(), acquired.phase()}, "k-space");
    std::vector<std::int64_t> places;
    for (std::int64_t i = 0; i < acquired.sampleCount(); ++i)
        if (acquired.samples()[i]) places.push_back(i);
    const auto coils = kspace.extent(0), total = static_cast<std::int64_t>(places.size());
    const auto count = std::max(kFewestByCoil * coils, total / kShare);
    if (count > total / kLargestShare)
        throw InputError(fmt::format("{} acquired samples are too few to take the noise of {} coils from their edge.", total, coils),
                         "Reconstruct without whitening, or tune with held-out samples.");
    std::nth_element(places.begin(), places.begin() + count, places.end(), [&](std::int64_t a, std::int64_t b) {
        const double first = distanceOf(a, acquired), second = distanceOf(b, acquired);
        return first != second ? first > second : a < b;
    });
    ComplexArray noise({coils, count});
    for (std::int64_t coil = 0; coil < coils; ++coil)
        for (std::int64_t i = 0; i < count; ++i)
            noise(coil, i) = kspace.block(coil)[static_cast<std::size_t>(places[static_cast<std::size_t>(i)])];
    return noise;
}

}  // namespace larmor::session
