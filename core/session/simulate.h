#pragma once
// K-space from magnitude images: simulated, and called so wherever its name shows.

#include <string>

#include "core/base/run_control.h"

namespace larmor::session {

struct SimulationOptions {
    std::int64_t coils = 12;
    double snr = 30;             ///< mean of the image inside the object / standard deviation of the real or imaginary part of the noise
                                 ///< in an RSS-combined image of unit-norm maps
    double tissuePhase = 0;      ///< radians, -pi to pi: what tissuePhaseOf() gives bright tissue; 0: the phase is smooth everywhere
    std::uint64_t seed = 1;
    std::int64_t slices = 0;     ///< 0: all; else this many, spread over the object
    std::int64_t firstSlice = -1;  ///< with `slices`: taken from here on; -1: centred on the object
    std::int64_t frames = 1;     ///< above 1: a cine, each slice beats as beatingFrame() says
    double readoutOversampling = 2;  ///< 1 or 2, as scanners do
};

/// Puts the image(s) of `source` (NIfTI, DICOM, PNG, npy) through smooth simulated coils, smooth phase and complex Gaussian noise and writes
/// a fastMRI-layout HDF5 volume. The true maps and phase do not travel in the file. @throws IoError, InputError
void simulateScan(const std::string& source, const SimulationOptions& options, const std::string& output, const RunControl& run);

}  // namespace larmor::session
