#pragma once
// K-space from one format into another, slice after slice.

#include <string>
#include <vector>

#include "core/base/data/acquisition.h"
#include "core/base/run_control.h"

namespace larmor::session {

struct Conversion {
    Shape shape;                    ///< as users of the format write it
    std::string dims;               ///< what its axes are, for --dims of arrays
    std::vector<std::string> lost;  ///< what is known of the scan and has no place in the file, a phrase each
};

/// Writes .h5 (fastMRI's layout with a group `provenance`; with root-sum-of-squares images where all samples were acquired), .mrd
/// (ISMRMRD: lines, with noise and calibration scan), .npy, .cfl or .mat (v5). Samples are the same bits. @throws UsageError, IoError, Cancelled: then nothing is written
[[nodiscard]] Conversion convertKspace(const Acquisition& scan, const std::string& output, const RunControl& run);

}  // namespace larmor::session
