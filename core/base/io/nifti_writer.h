#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/data/image.h"

namespace larmor::io {
/// Magnitude as float32, [x = phase, y = readout from the last row to the first, z = slice], so that the first row, anterior in our
/// images, is at the largest y as the format's RAS+ asks. The affine comes from the geometry; where the place in the patient is not
/// known it holds the pixel size alone and its code says "unknown". Where the distance of the slices is not known, or they do not follow
/// each other in equal steps, it is 1 and the unit of length says "unknown". Compressed if the name ends in .gz.
/// Frames of a series become the fourth axis where each holds the same places; else the distance counts as not known.
/// @param slices  place of each image among the slices of the acquisition, from 0 @param places  of a series, as Protocol::places; 0: none
/// @throws IoError
void writeNifti(const std::string& path, const ImageStack& images, const std::vector<std::int64_t>& slices, std::int64_t places = 0);
}  // namespace larmor::io
