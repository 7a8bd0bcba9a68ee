#pragma once
#include <string>

#include "core/base/data/image.h"

namespace larmor::io {
/// Magnitude as float32, [x = phase, y = readout from the last row to the first, z = slice], so that the first row, anterior in our
/// images, is at the largest y as the format's RAS+ asks. The affine comes from the geometry; where the place in the patient is not
/// known it holds the pixel size alone and its code says "unknown". Compressed if the name ends in .gz. @throws IoError
void writeNifti(const std::string& path, const ImageStack& images);
}  // namespace larmor::io
