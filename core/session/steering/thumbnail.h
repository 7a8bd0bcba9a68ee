#pragma once
#include "core/base/array.h"

namespace larmor::session {

/// |image| shrunk by the mean over square boxes of whole pixels, so that no edge is longer than `edge`; smaller images stay as they are.
/// Boxes that reach over the border average what is there. @param image  [readout, phase]
[[nodiscard]] RealArray thumbnailOf(const ComplexArray& image, std::int64_t edge = 96);

}  // namespace larmor::session
