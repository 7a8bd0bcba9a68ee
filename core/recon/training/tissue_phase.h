#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"
#include "core/base/rng.h"

namespace larmor::recon::training {

/// The image with a phase that differs between its tissues, as fat beside water, iron and flow give it in measured images and a smooth
/// field does not: the sum of three steps over the magnitude at random places, some sharp and some soft, each of them in a random part of
/// the image, of normal heights with the standard deviation `strength`. The magnitudes are kept.
/// @param x [rows, columns] complex64 with its bright parts near 1 @param strength radians; 0: the image as it is
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor withTissuePhase(const at::Tensor& x, double strength, NoiseSource& random);

}  // namespace larmor::recon::training
