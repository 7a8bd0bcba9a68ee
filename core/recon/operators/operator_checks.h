#pragma once
// What must hold for every linear operator, as numbers that a test compares with a tolerance.

#include "core/recon/operators/linear_operator.h"

namespace larmor::recon {

/// |<A x, y> - <x, A^H y>| / (||A x|| ||y||) for random x and y. 0 but for rounding if the adjoint is right.
/// @param type complex64 or complex128, which the operator must be made of too
[[nodiscard]] LARMOR_RECON_EXPORT double adjointError(const LinearOperator& A, at::ScalarType type, std::int64_t seed = 1);

/// ||normal(x) - A^H (A x)|| / ||A^H (A x)|| for a random x.
[[nodiscard]] LARMOR_RECON_EXPORT double normalError(const LinearOperator& A, at::ScalarType type, std::int64_t seed = 1);

/// | ||A x|| / ||x|| - 1 | for a random x: 0 for an isometry.
[[nodiscard]] LARMOR_RECON_EXPORT double isometryError(const LinearOperator& A, at::ScalarType type, std::int64_t seed = 1);

/// Complex normal values of variance 1 from NoiseSource, the same everywhere.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor randomTensor(const Shape& shape, at::ScalarType type, std::int64_t seed);

}  // namespace larmor::recon
