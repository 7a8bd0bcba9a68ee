#include <doctest/doctest.h>

#include "core/recon/diffusion/data_consistency.h"
#include "tests/numeric/small_posterior.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
constexpr InnerCg kToTheEnd{200, 1e-14};

at::Tensor someImages(std::int64_t count, std::int64_t seed) {
    return randomTensor({count, SmallPosterior::kSize[0], SmallPosterior::kSize[1]}, at::kComplexDouble, seed);
}
}  // namespace

TEST_CASE("The proximal step is the solution of the dense normal equations, item by item") {
    const SmallPosterior problem;
    const DataConsistency data(*problem.A, problem.y);
    const at::Tensor a = problem.matrix(), z = someImages(3, 41);
    for (const double ratio : {0.01, 0.5, 20.0}) {
        CAPTURE(ratio);
        const at::Tensor x = data.proximal(z, ratio, kToTheEnd);
        const at::Tensor dense = at::matmul(a.conj().t(), a) + at::eye(a.size(1), at::kComplexDouble) * ratio;
        for (std::int64_t i = 0; i < 3; ++i) {
            const at::Tensor right = at::matmul(a.conj().t(), problem.y.reshape(-1)) + z[i].reshape(-1) * ratio;
            CHECK(relativeDistance(x[i].reshape(-1), at::linalg_solve(dense, right)) < 1e-10);
        }
    }
}

TEST_CASE("Without a ratio the step changes z only where the data speaks, and then fits it") {
    // The least change of z that makes A x = y in the least-squares sense: x = z + pinv(A) (y - A z).
    const SmallPosterior problem;
    const DataConsistency data(*problem.A, problem.y);
    const at::Tensor a = problem.matrix(), z = someImages(2, 42);
    const at::Tensor x = data.proximal(z, 0, kToTheEnd);
    for (std::int64_t i = 0; i < 2; ++i) {
        const at::Tensor flat = z[i].reshape(-1);
        const at::Tensor expected = flat + at::matmul(at::linalg_pinv(a, 1e-10), problem.y.reshape(-1) - at::matmul(a, flat));
        CHECK(relativeDistance(x[i].reshape(-1), expected) < 1e-6);  // small singular values come last
    }
}

TEST_CASE("Conjugate gradients: one step length an item, and an item that is done rests") {
    // Two diagonal problems of very different size: a shared step length would not solve the first in two iterations.
    const at::Tensor diagonal = at::tensor({1.0, 3.0}, at::kDouble).reshape({1, 1, 2});
    const auto M = [&](const at::Tensor& x) { return x * diagonal; };
    const at::Tensor b = at::view_as_complex(at::tensor({1.0, 2.0, -3.0, 0.5, 1e6, 0.0, 2e6, 1e6}, at::kDouble).reshape({2, 1, 2, 2}));
    const at::Tensor x = conjugateGradientItems(M, b, at::zeros_like(b), {2, 0});
    CHECK(relativeDistance(x, b / diagonal) < 1e-12);
    const at::Tensor zero = at::zeros_like(b);
    CHECK(at::equal(conjugateGradientItems(M, zero, zero, {10, 1e-6}), zero));
    const at::Tensor solved = b / diagonal;
    CHECK(at::equal(conjugateGradientItems(M, b, solved, {10, 1e-6}), solved));
}

TEST_CASE("The step's inner product is complex: it converges on data where a transposed one does not") {
    const SmallPosterior problem;
    const at::Tensor y = problem.y * c10::complex<double>(0, 1);
    const at::Tensor z = someImages(1, 43) * c10::complex<double>(0, 1);
    const at::Tensor turned = DataConsistency(*problem.A, y).proximal(z, 0.3, {6, 0});
    const at::Tensor plain = DataConsistency(*problem.A, problem.y).proximal(someImages(1, 43), 0.3, {6, 0});
    CHECK(relativeDistance(turned, plain * c10::complex<double>(0, 1)) < 1e-12);
}

TEST_CASE("The residual: gradient, norm an item, and the mean over them") {
    const SmallPosterior problem;
    const at::Tensor a = problem.matrix(), x = someImages(2, 44);
    const auto residual = DataConsistency(*problem.A, problem.y).residual(x);
    double squares = 0;
    for (std::int64_t i = 0; i < 2; ++i) {
        const at::Tensor difference = at::matmul(a, x[i].reshape(-1)) - problem.y.reshape(-1);
        CHECK(relativeDistance(residual.gradient[i].reshape(-1), at::matmul(a.conj().t(), difference)) < 1e-12);
        CHECK(residual.norm[i].item<double>() == doctest::Approx(at::linalg_vector_norm(difference).item<double>()));
        squares += at::abs(difference).square().sum().item<double>();
    }
    CHECK(residual.relative == doctest::Approx(std::sqrt(squares / 2) / at::linalg_vector_norm(problem.y).item<double>()));
}

TEST_CASE("The residual in units of the noise: 1 for the truth, on the samples that were kept") {
    const SmallPosterior problem;
    const DataConsistency data(*problem.A, problem.y);
    const double kept = problem.A->mask().sum().item<double>() * 2;  // two coils
    const at::Tensor x = someImages(1, 48);
    const double direct = at::linalg_vector_norm(problem.wide->forward(x[0]) - problem.y).item<double>();
    CHECK(data.inNoise(data.relativeResidual(x), 0.08) == doctest::Approx(direct / (0.08 * std::sqrt(2 * kept))));
    // The root of a mean of 2 N squares of standard normal numbers: 5 standard errors.
    const double ofTruth = data.inNoise(data.relativeResidual(problem.truth.unsqueeze(0)), problem.noise);
    CHECK(std::abs(ofTruth - 1) < 5 / std::sqrt(4 * kept));
    CHECK(data.inNoise(0.5, 0) == 0);
}

TEST_CASE("Draws have the mean and the covariance of the density that they are from") {
    // Whitened by the Cholesky factor of the inverse covariance they are standard normal: 2 n S numbers of variance 1, whose mean square
    // scatters by (2 / (2 n S))^1/2, and means over S whose squares sum to a chi-square of 2 n degrees.
    const SmallPosterior problem;
    const std::int64_t count = 600, n = problem.truth.numel();
    const double sigmaX = 0.2;
    const at::Tensor z = someImages(1, 45), a = problem.matrix();
    const at::Tensor precision =
        at::matmul(a.conj().t(), a) / (problem.noise * problem.noise) + at::eye(n, at::kComplexDouble) / (sigmaX * sigmaX);
    const at::Tensor right =
        at::matmul(a.conj().t(), problem.y.reshape(-1)) / (problem.noise * problem.noise) + z.reshape(-1) / (sigmaX * sigmaX);
    const at::Tensor mean = at::linalg_solve(precision, right);
    const StepNoise noise(consecutiveSeeds(count), 0, z.options());
    const at::Tensor draws = DataConsistency(*problem.A, problem.y)
                                 .draw(z.expand({count, -1, -1}), problem.noise, sigmaX, noise, 0, {60, 1e-10})
                                 .reshape({count, n});
    const at::Tensor white = at::matmul(draws - mean, at::linalg_cholesky(precision).conj());
    const double values = 2.0 * static_cast<double>(n * count);
    CHECK(std::abs(at::abs(white).square().sum().item<double>() / values - 1) < 5 * std::sqrt(2 / values));
    const double chiSquare = at::abs(white.mean(0)).square().sum().item<double>() * static_cast<double>(count);
    CHECK(std::abs(chiSquare - 2.0 * static_cast<double>(n)) < 5 * std::sqrt(4.0 * static_cast<double>(n)));
}
