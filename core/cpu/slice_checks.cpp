#include "core/cpu/slice_checks.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace larmor::cpu {

ByteArray keptByCoils(const ComplexArray& kspace, const SamplingMask& mask) {
    constexpr double kRounded = 0.01;
    const auto& samples = mask.samples();
    const std::int64_t coils = kspace.extent(0), plane = samples.size();
    const auto least = static_cast<std::int64_t>((1 - kRounded) * static_cast<double>(mask.keptCount()));
    std::vector<bool> differs(static_cast<std::size_t>(coils));
    for (std::int64_t coil = 0; coil < coils; ++coil) {
        std::int64_t held = 0;
        for (std::int64_t i = 0; i < plane; ++i) held += samples[i] && kspace[coil * plane + i] != cfloat(0, 0);
        differs[static_cast<std::size_t>(coil)] = held > 0 && held < least;
    }
    if (std::find(differs.begin(), differs.end(), true) == differs.end()) return samples;
    ByteArray kept({coils, samples.extent(0), samples.extent(1)});
    for (std::int64_t coil = 0; coil < coils; ++coil)
        for (std::int64_t i = 0; i < plane; ++i)
            kept[coil * plane + i] = samples[i] && (!differs[static_cast<std::size_t>(coil)] || kspace[coil * plane + i] != cfloat(0, 0));
    return kept;
}

void checkMaps(const ComplexArray& maps, const ComplexArray& kspace) {
    Shape shape = kspace.shape();
    if (maps.rank() == 4) shape.insert(shape.begin(), maps.extent(0));
    checkShape(maps.shape(), shape, "coil maps");
}

void checkPlain(bool severalSets, bool coilsDiffer, const std::string& method) {
    if (severalSets)
        throw UsageError(fmt::format("The method '{}' works with one set of coil maps.", method), "Estimate one set, or use cg-sense, l1-wavelet or tv.");
    if (coilsDiffer)
        throw UsageError(fmt::format("The method '{}' needs the same samples of all coils; virtual conjugate coils hold others than the real ones.", method),
                         "Use cg-sense, l1-wavelet or tv, or a mask that is symmetric about the centre of k-space.");
}

}  // namespace larmor::cpu
