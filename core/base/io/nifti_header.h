#pragma once
// The header of a NIfTI-1 file, checked before libnifti sees it.

#include <array>
#include <optional>
#include <string>

#include "core/base/data/geometry.h"
#include "core/base/io/raw_array.h"

namespace larmor::io {

struct NiftiHeader {
    RawLayout layout;      ///< shape row-major: [.., z, y, x]
    std::string dataPath;  ///< the file itself, or the .img beside it
    double slope = 1, intercept = 0;
    std::array<double, 3> spacingMm{1, 1, 1};  ///< x, y, z
    /// Rows: x, y, z in mm, RAS+; columns: per voxel along i, j, k, and the place of voxel 0. Absent if the file gives none.
    std::optional<std::array<std::array<double, 4>, 3>> toPatient;
};

/// @throws IoError naming what is wrong.
[[nodiscard]] NiftiHeader readNiftiHeader(const std::string& path);

/// True if rows must be turned round so that the first one is anterior, or, in other orientations, superior. Where the file does not
/// say, y is taken to run towards the front as the format recommends.
[[nodiscard]] bool mustFlipRows(const NiftiHeader& header);

/// Of images [slice z, readout y, phase x], after the flip that mustFlipRows asks for.
[[nodiscard]] Geometry geometryOf(const NiftiHeader& header);

}  // namespace larmor::io
