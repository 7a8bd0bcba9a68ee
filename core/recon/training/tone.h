#pragma once
// Other contrasts than those of the training images.

#include <ATen/core/Tensor.h>

#include "core/base/export.h"
#include "core/base/rng.h"

namespace larmor::recon::training {

/// The image with its magnitudes sent through a random rising curve, its phase kept. The curve is made of straight pieces between fixed
/// magnitudes that lie closer together near zero, where tissues do; the logarithms of the slopes are normal with the standard deviation
/// `strength`; 0 maps to 0 and 1 to 1. @param x [rows, columns] complex64 with its bright parts near 1
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor withOtherTones(const at::Tensor& x, double strength, NoiseSource& random);

/// The image with its bright parts turned dark, as no rising curve does it: magnitudes rise in a straight line from (0, 0) to 1 at a peak
/// drawn between 0.35 and 0.7, and fall from there to a value below 0.6 at 1 and beyond. Fluid that was bright lies dark between
/// bright tissue, as in T1 by inversion recovery. The phase is kept. @param x [rows, columns] complex64 with its bright parts near 1
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor withFoldedTones(const at::Tensor& x, NoiseSource& random);

}  // namespace larmor::recon::training
