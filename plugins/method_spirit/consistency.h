#pragma once
// What SPIRiT knows of the coils: each sample is a sum of its neighbours in all coils. [Lustig & Pauly, Magn Reson Med 2010]

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace larmor::recon {

/// Weights that make each sample of the calibration data from the k x k samples around it in all coils, itself left out:
/// [coil, from coil, k, k]; min ||S w - t||^2 + lambda ||w||^2 with lambda relative to the Frobenius norm of S^H S by its size.
/// @param calibration [coil, rows, columns], rows and columns at least k, k odd
[[nodiscard]] at::Tensor spiritKernels(const at::Tensor& calibration, std::int64_t k, double lambda);

/// (G - I)^H (G - I) with G the sum over neighbours, in the image domain a matrix a pixel. k-space is taken as cyclic.
class SelfConsistency {
public:
    /// @param kernels of spiritKernels()
    SelfConsistency(const at::Tensor& kernels, std::int64_t readout, std::int64_t phase);
    /// @param kspace [coil, readout, phase]; @return the same shape
    [[nodiscard]] at::Tensor normal(const at::Tensor& kspace) const;

private:
    at::Tensor m_matrices;  ///< [pixel, coil, coil]
};

}  // namespace larmor::recon
