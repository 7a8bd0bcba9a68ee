#pragma once
#include <ATen/core/Tensor.h>

namespace larmor::recon {

struct Eigenpairs {
    at::Tensor vectors;  ///< [point, n], norm 1
    at::Tensor values;   ///< [point] real
};

/// The largest eigenvalue of each Hermitian positive semidefinite matrix and its eigenvector, by repeated squaring.
/// @param matrices [point, n, n], eigenvalues within 0..1
[[nodiscard]] Eigenpairs dominantEigenpairs(const at::Tensor& matrices);

}  // namespace larmor::recon
