#pragma once
// K-space in which the object moved while some lines were measured, and spikes.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/base/array.h"

namespace larmor::test {

/// The object moved by some pixels along both axes while these lines were measured. @param kspace  [coil, readout, phase]
inline void moveLines(ComplexArray& kspace, const std::vector<std::int64_t>& lines, double pixels) {
    const auto readout = kspace.extent(1), phase = kspace.extent(2);
    for (const auto line : lines)
        for (std::int64_t r = 0; r < readout; ++r) {
            const double turns = pixels * (static_cast<double>(r - readout / 2) / static_cast<double>(readout) +
                                           static_cast<double>(line - phase / 2) / static_cast<double>(phase));
            const auto factor = std::polar(1.0, 2 * std::numbers::pi * turns + 1.2);
            for (std::int64_t c = 0; c < kspace.extent(0); ++c) kspace(c, r, line) *= cfloat(factor);
        }
}

inline void addSpike(ComplexArray& kspace, std::int64_t readout, std::int64_t line) {
    float largest = 0;
    for (const auto value : kspace.values()) largest = std::max(largest, std::abs(value));
    for (std::int64_t c = 0; c < kspace.extent(0); ++c) kspace(c, readout, line) += cfloat(0.2F * largest, -0.1F * largest);
}

}  // namespace larmor::test
