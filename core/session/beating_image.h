#pragma once
// Frames of a cine from one still image: simulated motion, for series that have no real counterpart at hand.

#include <cstdint>

#include "core/base/array.h"

namespace larmor::session {

/// One frame of a beat of `frames` frames. The surroundings of the image's centre of mass are drawn together and let go, once in a beat:
/// frame(r) = image(c + (r - c) (1 + a e^{-|r - c|^2 / 2 w^2})), a = strength (1 - cos(2 pi frame / frames)) / 2, w an eighth of the
/// shorter edge, linear between pixels. Frame 0 is the image itself; far from the centre nothing moves.
/// @param image  [readout, phase] @param strength  0 to 1
[[nodiscard]] RealArray beatingFrame(const RealArray& image, std::int64_t frame, std::int64_t frames, double strength = 0.5);

}  // namespace larmor::session
