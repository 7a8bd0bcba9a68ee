#pragma once
// Other contrasts than those of the training images: what is bright stays brighter, but by how much is drawn anew.

#include <ATen/core/Tensor.h>

#include "core/base/export.h"
#include "core/base/rng.h"

namespace larmor::recon::training {

/// The image with its magnitudes sent through a random rising curve, its phase kept. The curve is made of straight pieces between fixed
/// magnitudes that lie closer together near zero, where tissues do; the logarithms of the slopes are normal with the standard deviation
/// `strength`; 0 maps to 0 and 1 to 1. @param x [rows, columns] complex64 with its bright parts near 1
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor withOtherTones(const at::Tensor& x, double strength, NoiseSource& random);

}  // namespace larmor::recon::training
