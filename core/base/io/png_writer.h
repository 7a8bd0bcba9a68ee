#pragma once
#include <string>

#include "core/base/array.h"

namespace larmor::io {
/// @param pixels  [height, width] or [height, width, channels], 8 bits a sample  @param channels  1 grey, 3 RGB, 4 RGBA
/// @param protocol  ASCII text for the chunk kPngProtocol, packed (zTXt); empty: none
/// @throws IoError; ShapeError if the pixels do not fit the channels.
void writePng(const std::string& path, const ByteArray& pixels, int channels, const std::string& protocol = {});
}  // namespace larmor::io
