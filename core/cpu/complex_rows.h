#pragma once
// Products of rows of complex numbers.

#include <cstdint>

#include "core/base/array.h"

namespace larmor::cpu {

/// Real and imaginary parts in turn.
[[nodiscard]] inline const float* parts(const cfloat* x) {
    return reinterpret_cast<const float*>(x);
}
[[nodiscard]] inline float* parts(cfloat* x) {
    return reinterpret_cast<float*>(x);
}

/// out = a b
void multiplyRow(cfloat* out, const cfloat* a, const cfloat* b, std::int64_t count);
/// sum += a b
void addProduct(cfloat* sum, const cfloat* a, const cfloat* b, std::int64_t count);
/// sum += conj(a) b
void addConjugateProduct(cfloat* sum, const cfloat* a, const cfloat* b, std::int64_t count);
/// x *= weight, one real weight for each number
void weigh(cfloat* x, const float* weight, std::int64_t count);
/// sum += |x|^2
void addSquares(float* sum, const cfloat* x, std::int64_t count);

}  // namespace larmor::cpu
