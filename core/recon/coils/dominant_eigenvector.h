#pragma once
#include <vector>

#include <ATen/core/Tensor.h>

namespace larmor::recon {

struct Eigenpairs {
    at::Tensor vectors;  ///< [point, n], norm 1
    at::Tensor values;   ///< [point] real
};

/// The largest eigenvalue of each Hermitian positive semidefinite matrix and its eigenvector, by repeated squaring.
/// @param matrices [point, n, n], eigenvalues within 0..1
[[nodiscard]] Eigenpairs dominantEigenpairs(const at::Tensor& matrices);

/// The two largest eigenvalues, the larger one first, also where they are equal: then any two orthonormal vectors of their space.
[[nodiscard]] std::vector<Eigenpairs> twoDominantEigenpairs(const at::Tensor& matrices);

}  // namespace larmor::recon
