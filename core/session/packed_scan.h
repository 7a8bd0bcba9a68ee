#pragma once
// Images of a training pack as simulated multi-coil scans: what priors are tuned and tested on.

#include <string>
#include <vector>

#include "core/base/io/training_pack.h"
#include "core/session/simulate.h"
#include "core/session/sweep.h"

namespace larmor::session {

struct PackedScanOptions {
    io::Split split = io::Split::Validate;
    std::vector<std::string> contrasts;  ///< empty: all that the split has
    std::int64_t images = 4;             ///< of each contrast, evenly spread over the pack; 0: all
    SimulationOptions simulation;        ///< slices and firstSlice do not matter
};

/// A scan of one slice for each chosen image, with the image as its truth. Coils, phase and noise are simulated; each image has its own
/// phase and noise, which `simulation.seed` and its place in the pack decide.
/// @throws InputError if the split has no image of a contrast
[[nodiscard]] std::vector<SweepScan> packedScans(const io::TrainingPack& pack, const PackedScanOptions& options);

}  // namespace larmor::session
