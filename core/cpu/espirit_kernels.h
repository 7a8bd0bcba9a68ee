#pragma once
#include "core/base/array.h"
#include "core/base/export.h"

namespace larmor::cpu {

/// Orthonormal kernels that span the signal in the calibration data, [kernel, coil, k, k]: the singular vectors of all k x k windows
/// whose singular value is above sqrt(threshold) of the largest.
/// @param calibration [coil, rows, columns], rows and columns at least k
[[nodiscard]] LARMOR_CPU_EXPORT ComplexArray signalKernels(const ComplexArray& calibration, std::int64_t k, double threshold);

/// The coil covariance of the kernels as a function of the distance of two k-space samples, divided by k^2:
/// [coil, coil, 2k - 1, 2k - 1], distance 0 in the middle. Its inverse Fourier series at a pixel is the Hermitian matrix G whose
/// eigenvector for the eigenvalue 1 holds the sensitivities there.
[[nodiscard]] LARMOR_CPU_EXPORT ComplexArray lagCovariance(const ComplexArray& kernels);

/// Principal component of the coils in the calibration data, [coil].
[[nodiscard]] LARMOR_CPU_EXPORT std::vector<cfloat> principalCoil(const ComplexArray& calibration);

}  // namespace larmor::cpu
