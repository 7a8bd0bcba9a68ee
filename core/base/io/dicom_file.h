#pragma once
#include "core/base/data/geometry.h"
#include "core/base/io/array_file.h"

namespace larmor::io {

/// True for a DICOM file, and for a folder that holds one.
[[nodiscard]] bool isDicom(const std::string& path);

/// One file, or all of a folder as one series: a stack [slice, row, column], sorted along the normal of the slices, or by instance number
/// where positions are not known; in the units that slope and intercept give. @throws IoError for several series or matrices in a folder.
[[nodiscard]] ArrayFilePtr openDicom(const std::string& path);
/// Of the same stack: rows are readout, columns phase encode.
[[nodiscard]] Geometry geometryOfDicom(const std::string& path);

}  // namespace larmor::io
