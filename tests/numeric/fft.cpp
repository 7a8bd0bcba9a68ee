#include <numbers>

#include <doctest/doctest.h>

#include "core/recon/fft/centred_fft.h"
#include "core/recon/operators/operator_checks.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
const std::vector<Shape> kSizes{{8, 8}, {8, 6}, {7, 7}, {7, 8}, {12, 9}, {1, 5}, {2, 3}, {30, 46}};

/// The definition: F[k, n] = exp(-2 pi i (k - K)(n - K) / N) / sqrt(N) with K = N / 2 rounded down, in double precision.
at::Tensor centredDft(std::int64_t n) {
    const at::Tensor index = at::arange(n, at::kDouble) - static_cast<double>(n / 2);
    const at::Tensor angle = at::outer(index, index) * (-2 * std::numbers::pi / static_cast<double>(n));
    return at::polar(at::ones_like(angle), angle) / std::sqrt(static_cast<double>(n));
}

at::Tensor direct(const at::Tensor& x) {
    return at::matmul(at::matmul(centredDft(x.size(-2)), x.to(at::kComplexDouble)), centredDft(x.size(-1)).t());
}
}  // namespace

TEST_CASE("fft2c is the centred orthonormal sum, for odd, even and non-square sizes in both precisions") {
    for (const auto type : {at::kComplexDouble, at::kComplexFloat})
        for (const auto& size : kSizes) {
            CAPTURE(toText(size));
            const at::Tensor x = randomTensor({3, size[0], size[1]}, type, 5);
            const at::Tensor k = fft2c(x);
            CHECK((k.scalar_type() == type));
            CHECK(relativeDistance(k, direct(x)) < tolerance(type));
            CHECK(relativeDistance(ifft2c(k), x) < tolerance(type));
            CHECK(relativeDistance(at::linalg_vector_norm(k), at::linalg_vector_norm(x)) < tolerance(type));
        }
}

TEST_CASE("A point in the middle has a flat spectrum, and a constant image a point in the middle") {
    for (const auto& size : kSizes) {
        CAPTURE(toText(size));
        at::Tensor point = at::zeros(size, at::kComplexDouble);
        point[size[0] / 2][size[1] / 2] = 1.0;
        const double level = 1 / std::sqrt(static_cast<double>(size[0] * size[1]));
        CHECK(relativeDistance(fft2c(point), at::full(size, level, at::kComplexDouble)) < kDoubleTolerance);
        CHECK(relativeDistance(ifft2c(at::full(size, level, at::kComplexDouble)), point) < kDoubleTolerance);
    }
}

TEST_CASE("Transforms take any leading dimensions, views and conjugate views") {
    const at::Tensor x = randomTensor({2, 3, 6, 8}, at::kComplexFloat, 1);
    CHECK(relativeDistance(fft2c(x)[1][2], fft2c(x[1][2])) < kFloatTolerance);
    const at::Tensor turned = x.transpose(2, 3);
    CHECK(relativeDistance(fft2c(turned), fft2c(turned.contiguous())) < kFloatTolerance);
    CHECK(relativeDistance(fft2c(x.conj()), fft2c(x.conj().resolve_conj())) < kFloatTolerance);
    const at::Tensor before = x.clone();
    (void)fft2c(x);
    CHECK(at::equal(x, before));
    CHECK_THROWS_AS((void)fft2c(randomTensor({4}, at::kComplexFloat, 1)), ShapeError);
}

TEST_CASE("The transforms with their origin at index 0 differ from the centred ones by the shifts alone") {
    for (const auto& size : kSizes) {
        const at::Tensor x = randomTensor(size, at::kComplexDouble, 2);
        CHECK(relativeDistance(fftshift2(fft2(ifftshift2(x))), fft2c(x)) < kDoubleTolerance);
        CHECK(relativeDistance(fftshift2(ifft2(ifftshift2(x))), ifft2c(x)) < kDoubleTolerance);
        CHECK(at::equal(fftshift2(ifftshift2(x)), x));
    }
}

TEST_CASE("The engine's transforms agree with a Fourier sum") {
    const ComplexArray image = phantomImage(21, 14);
    CHECK(relativeError(engine().fft2c(image), dft2c(image)) < kFloatTolerance);
    CHECK(relativeError(engine().ifft2c(image), idft2c(image)) < kFloatTolerance);
}
