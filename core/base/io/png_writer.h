#pragma once
#include <string>

#include "core/base/array.h"

namespace larmor::io {
/// @param pixels  [height, width] or [height, width, channels], `bits` a sample, the higher byte first  @param channels  1 grey, 3 RGB, 4 RGBA
/// @param protocol  ASCII text for the chunk kPngProtocol, packed (zTXt); empty: none
/// @param bits  8 or 16
/// @throws IoError; ShapeError if the pixels do not fit the channels.
void writePng(const std::string& path, const ByteArray& pixels, int channels, const std::string& protocol = {}, int bits = 8);
}  // namespace larmor::io
