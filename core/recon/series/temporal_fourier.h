#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// Orthonormal Fourier transform over the frames of [frame, readout, phase], the zero frequency first: what does not change in time comes
/// to lie in one coefficient a pixel, what repeats with the heart beat in a few.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor temporalFourier(const at::Tensor& images);
/// The inverse and adjoint.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor inverseTemporalFourier(const at::Tensor& coefficients);

}  // namespace larmor::recon
