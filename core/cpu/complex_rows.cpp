#include "core/cpu/complex_rows.h"

#include "core/cpu/clones.h"

namespace larmor::cpu {

namespace {

LARMOR_CLONES void product(float* __restrict out, const float* __restrict a, const float* __restrict b, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        const float re = a[2 * i] * b[2 * i] - a[2 * i + 1] * b[2 * i + 1], im = a[2 * i] * b[2 * i + 1] + a[2 * i + 1] * b[2 * i];
        out[2 * i] = re;
        out[2 * i + 1] = im;
    }
}

LARMOR_CLONES void productSum(float* __restrict sum, const float* __restrict a, const float* __restrict b, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        sum[2 * i] += a[2 * i] * b[2 * i] - a[2 * i + 1] * b[2 * i + 1];
        sum[2 * i + 1] += a[2 * i] * b[2 * i + 1] + a[2 * i + 1] * b[2 * i];
    }
}

LARMOR_CLONES void conjugateSum(float* __restrict sum, const float* __restrict a, const float* __restrict b, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        sum[2 * i] += a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
        sum[2 * i + 1] += a[2 * i] * b[2 * i + 1] - a[2 * i + 1] * b[2 * i];
    }
}

LARMOR_CLONES void weighParts(float* __restrict x, const float* __restrict weight, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        x[2 * i] *= weight[i];
        x[2 * i + 1] *= weight[i];
    }
}

LARMOR_CLONES void squareSum(float* __restrict sum, const float* __restrict x, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) sum[i] += x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1];
}

}  // namespace

void multiplyRow(cfloat* out, const cfloat* a, const cfloat* b, std::int64_t count) {
    product(parts(out), parts(a), parts(b), count);
}
void addProduct(cfloat* sum, const cfloat* a, const cfloat* b, std::int64_t count) {
    productSum(parts(sum), parts(a), parts(b), count);
}
void addConjugateProduct(cfloat* sum, const cfloat* a, const cfloat* b, std::int64_t count) {
    conjugateSum(parts(sum), parts(a), parts(b), count);
}
void weigh(cfloat* x, const float* weight, std::int64_t count) {
    weighParts(parts(x), weight, count);
}
void addSquares(float* sum, const cfloat* x, std::int64_t count) {
    squareSum(sum, parts(x), count);
}

}  // namespace larmor::cpu
