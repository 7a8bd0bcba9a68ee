#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/io/training_pack.h"
#include "core/base/rng.h"
#include "core/base/training/training_config.h"

namespace larmor::recon::training {

/// An image of the pack as training sees it: other tones, a random pixel size by cropping k-space, a small rotation, one of the eight
/// orientations, smooth shading as of surface coils, a random window, a smooth phase where the image is a magnitude (any constant phase
/// otherwise) and a factor.
/// Everything is drawn from `random`, in an order that does not depend on what is drawn.
/// @param pixels [rows, columns] complex64 @return [rows, columns] of the window asked for, complex64
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor augmented(const at::Tensor& pixels, const io::PackedImage& facts,
                                                       const larmor::training::AugmentationConfig& config, std::int64_t rows,
                                                       std::int64_t columns, NoiseSource random);

/// The image with its bright parts turned dark (see withFoldedTones), its brightest hundredth at 1 again. @param pixels [rows, columns] complex64
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor folded(const at::Tensor& pixels, NoiseSource random);

/// The image as validation sees it: as it is, its own smooth phase where it is a magnitude, its centre where it is larger than `edge`.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor forValidation(const at::Tensor& pixels, const io::PackedImage& facts, std::int64_t edge, NoiseSource random);

}  // namespace larmor::recon::training
