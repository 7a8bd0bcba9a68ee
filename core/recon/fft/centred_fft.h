#pragma once
// The only place that calls an FFT.

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// F x = fftshift(fft2(ifftshift(x))) over the last two dimensions, orthonormal, any leading ones: the zero frequency of n samples is at
/// n/2. complex64 or complex128, odd and even sizes. @throws ShapeError below two dimensions; c10::Error for other types
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor fft2c(const at::Tensor& x);
/// The inverse and adjoint of fft2c.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor ifft2c(const at::Tensor& k);

/// The same transforms with the zero frequency and the image's origin at index 0, for operators that shift their maps and masks once
/// instead of the data at each call.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor fft2(const at::Tensor& x);
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor ifft2(const at::Tensor& k);

/// Along the last dimension only, orthonormal, the zero frequency and the origin at index 0.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor fftLines(const at::Tensor& x);
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor ifftLines(const at::Tensor& k);

/// Moves index n/2 to 0 in the last two dimensions, and back.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor ifftshift2(const at::Tensor& x);
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor fftshift2(const at::Tensor& x);

}  // namespace larmor::recon
