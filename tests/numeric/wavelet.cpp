#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "core/recon/operators/operator_checks.h"
#include "core/recon/solvers/wavelet.h"
#include "tests/numeric/tensors.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

TEST_CASE("One level holds the published filter taps of Daubechies' four-tap wavelet") {
    // h of Daubechies, Ten Lectures (1992), table 6.1, N = 2.
    constexpr double kTaps[] = {0.4829629131445341, 0.8365163037378079, 0.2241438680420134, -0.1294095225512604};
    const WaveletTransform W(32, 32, 16);
    REQUIRE(W.levels() == 1);
    at::Tensor coefficients = at::zeros({32, 32}, at::kComplexDouble);
    coefficients[5][7] = 1.0;
    const at::Tensor image = W.adjoint(coefficients);
    for (std::int64_t row = 0; row < 4; ++row)
        for (std::int64_t column = 0; column < 4; ++column)
            CHECK(std::abs(at::real(image[10 + row][14 + column]).item<double>() - kTaps[row] * kTaps[column]) < kDoubleTolerance);
    CHECK(std::abs(at::linalg_vector_norm(image).item<double>() - 1) < kDoubleTolerance);
}

TEST_CASE("Linear images have no detail away from the seam: two vanishing moments") {
    const WaveletTransform W(32, 32, 16);
    const at::Tensor ramp = at::outer(at::arange(32, at::kDouble) * 0.3 + 2, at::arange(32, at::kDouble) * -0.1 + 1).to(at::kComplexDouble);
    // The first detail row and the last coarse column reach across the seam.
    const at::Tensor detail = W.forward(ramp).narrow(0, 17, 15).narrow(1, 0, 15);
    CHECK(at::abs(detail).max().item<double>() < 1e-11);
}

TEST_CASE("Sizes that halve evenly give an orthonormal transform, others a framed one; all come back whole") {
    for (const Shape& size : {Shape{64, 96}, Shape{256, 256}, Shape{65, 63}, Shape{230, 180}, Shape{1, 40}, Shape{33, 17}}) {
        CAPTURE(toText(size));
        const WaveletTransform W(size[0], size[1]);
        const at::Tensor x = randomTensor(size, at::kComplexDouble, 4);
        CHECK(relativeDistance(W.adjoint(W.forward(x)), x) < kDoubleTolerance);
        if (W.codomain() == W.domain()) {
            const at::Tensor w = randomTensor(W.codomain(), at::kComplexDouble, 5);
            CHECK(relativeDistance(W.forward(W.adjoint(w)), w) < kDoubleTolerance);
        }
        const at::Tensor moved = W.framed(x, 3, 11);
        CHECK(at::equal(W.unframed(moved, 3, 11), x));
    }
    CHECK((WaveletTransform(256, 256).codomain() == Shape{256, 256}));
    CHECK((WaveletTransform(230, 180).codomain() == Shape{232, 184}));
    CHECK_THROWS_AS(WaveletTransform(0, 5), ShapeError);
}

TEST_CASE("The soft threshold minimises t |w| + |w - z|^2 / 2, against a search over the plane") {
    for (const c10::complex<double> z : {c10::complex<double>(1.3, -0.4), {-0.2, 0.1}, {0, 0}, {0, 2}, {-0.7, -0.7}})
        for (const double t : {0.0, 0.25, 1.0}) {
            at::Tensor value = at::full({1}, z, at::kComplexDouble);
            softThreshold(value, t);
            const auto w = value[0].item().toComplexDouble();
            const auto cost = [&](double re, double im) {
                return t * std::hypot(re, im) + (std::pow(re - z.real(), 2) + std::pow(im - z.imag(), 2)) / 2;
            };
            double least = cost(0, 0);
            for (int i = -300; i <= 300; ++i)
                for (int j = -300; j <= 300; ++j) least = std::min(least, cost(i * 0.01, j * 0.01));
            CHECK(cost(w.real(), w.imag()) <= least + 1e-12);
        }
}

TEST_CASE("Shrinkage is the proximal map of the l1 norm of the coefficients: no small move lowers the cost") {
    const WaveletTransform W(32, 32);
    const double weight = 0.6;
    const at::Tensor z = randomTensor({32, 32}, at::kComplexDouble, 6);
    WaveletShrinkage shrink(W, weight, false, NoiseSource(1));
    const at::Tensor x = shrink(z);
    const auto cost = [&](const at::Tensor& candidate) {
        return (at::abs(W.forward(candidate)).sum() * weight + at::abs(candidate - z).square().sum() / 2).item<double>();
    };
    const double least = cost(x);
    CHECK(least < cost(z));
    for (std::int64_t trial = 0; trial < 50; ++trial)
        CHECK(cost(x + randomTensor({32, 32}, at::kComplexDouble, 100 + trial) * (trial % 2 ? 1e-3 : 0.1)) > least);
}

TEST_CASE("Random shifts come from the seed alone, and a shifted shrinkage of weight 0 changes nothing") {
    const WaveletTransform W(45, 50);
    const at::Tensor z = randomTensor({45, 50}, at::kComplexDouble, 6);
    WaveletShrinkage a(W, 0.3, true, NoiseSource(9, 2)), b(W, 0.3, true, NoiseSource(9, 2)), other(W, 0.3, true, NoiseSource(10, 2));
    at::Tensor fromA, fromB, fromOther;
    for (int i = 0; i < 4; ++i) fromA = a(z), fromB = b(z), fromOther = other(z);
    CHECK(at::equal(fromA, fromB));
    CHECK(!at::equal(fromA, fromOther));
    WaveletShrinkage nothing(W, 0, true, NoiseSource(3));
    CHECK(relativeDistance(nothing(z), z) < kDoubleTolerance);
}

TEST_CASE("No shift comes twice before all have been, and then in another order") {
    const WaveletTransform W(32, 48);
    REQUIRE(W.levels() == 1);  // 2 x 2 shifts
    const at::Tensor z = randomTensor({32, 48}, at::kComplexDouble, 6);
    WaveletShrinkage shrink(W, 0.3, true, NoiseSource(4));
    std::vector<at::Tensor> first;
    std::set<std::vector<std::size_t>> orders;
    for (int round = 0; round < 20; ++round) {
        std::vector<std::size_t> order;
        for (int call = 0; call < 4; ++call) {
            const at::Tensor made = shrink(z);
            if (round == 0) first.push_back(made);
            for (std::size_t i = 0; i < first.size(); ++i)
                if (at::equal(first[i], made)) order.push_back(i);
        }
        CHECK(std::set<std::size_t>(order.begin(), order.end()).size() == 4);
        CHECK(order.size() == 4);
        orders.insert(order);
    }
    CHECK(orders.size() > 8);  // of 24
}
