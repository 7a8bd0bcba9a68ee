#pragma once
// A cine of the phantom: a small fully sampled dynamic scan in memory.

#include <memory>
#include <string>

#include "tests/support/memory_acquisition.h"

namespace larmor::test {

struct MovingPhantom {
    std::int64_t frames = 8, slices = 1, coils = 6, readout = 64, phase = 60;
    double noise = 0.005;  ///< as of phantomKspace()
};

/// [frame x slice, readout, phase]: the phantom with a bright disc in it whose radius and place change with a period of all frames, another
/// radius in each slice; without noise, complex.
[[nodiscard]] ComplexArray movingImages(const MovingPhantom& scan);
/// Its scan. Slices run fastest: frame 1 of slice 0 has the index `slices`. @param path  a file that exists
[[nodiscard]] std::shared_ptr<MemoryAcquisition> movingScan(const MovingPhantom& scan, const std::string& path);

}  // namespace larmor::test
