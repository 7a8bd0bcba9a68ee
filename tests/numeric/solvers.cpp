#include <cmath>

#include <doctest/doctest.h>

#include "core/recon/operators/operator_checks.h"
#include "core/recon/operators/sense_operator.h"
#include "core/recon/solvers/conjugate_gradient.h"
#include "core/recon/solvers/fista.h"
#include "core/recon/solvers/wavelet.h"
#include "tests/numeric/tensors.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
/// A small SENSE problem with everything written out.
struct SmallProblem {
    SmallProblem()
        : A(normalisedMaps(), (at::real(randomTensor(kSize, at::kComplexDouble, 21)) > -0.3).to(at::kDouble)),
          y(A.forward(randomTensor(kSize, at::kComplexDouble, 22)) + randomTensor(A.codomain(), at::kComplexDouble, 23) * 0.1 * A.mask()) {
        equations.AHA = [this](const at::Tensor& x) { return A.normal(x); };
        equations.AHy = A.adjoint(y);
        equations.yNorm = at::linalg_vector_norm(y).item<double>();
    }
    static at::Tensor normalisedMaps() {
        const at::Tensor maps = randomTensor({3, kSize[0], kSize[1]}, at::kComplexDouble, 20);
        return maps / at::linalg_vector_norm(maps, 2, {0}, true);
    }
    /// A^H A as a matrix, column by column through forward and adjoint.
    [[nodiscard]] at::Tensor dense() const {
        const std::int64_t n = kSize[0] * kSize[1];
        at::Tensor matrix = at::empty({n, n}, at::kComplexDouble);
        for (std::int64_t j = 0; j < n; ++j) {
            at::Tensor unit = at::zeros(n, at::kComplexDouble);
            unit[j] = 1.0;
            matrix.select(1, j).copy_(A.adjoint(A.forward(unit.reshape(kSize))).reshape(-1));
        }
        return matrix;
    }
    [[nodiscard]] at::Tensor denseSolution(double lambda) const {
        const at::Tensor matrix = dense() + at::eye(kSize[0] * kSize[1], at::kComplexDouble) * lambda;
        return at::linalg_solve(matrix, equations.AHy.reshape(-1)).reshape(kSize);
    }
    [[nodiscard]] double residual(const at::Tensor& x) const {
        return (at::linalg_vector_norm(A.forward(x) - y) / at::linalg_vector_norm(y)).item<double>();
    }

    inline static const Shape kSize{7, 6};
    SenseOperator A;
    at::Tensor y;
    NormalEquations equations;
};
}  // namespace

TEST_CASE("Conjugate gradients reach the dense solution") {
    const SmallProblem problem;
    for (const double lambda : {0.0, 0.01, 0.5}) {
        CAPTURE(lambda);
        const auto solved = conjugateGradient(problem.equations, {lambda, 200, 1e-14});
        CHECK(relativeDistance(solved.x, problem.denseSolution(lambda)) < 1e-9);
        CHECK(!solved.stopped);
    }
}

TEST_CASE("Conjugate gradients report the data residual of each estimate and stop where they are told") {
    const SmallProblem problem;
    std::int64_t seen = 0;
    const auto solved = conjugateGradient(problem.equations, {0.02, 50, 0}, [&](const SolverStep& step) {
        CHECK(step.step == ++seen);
        CHECK(step.total == 50);
        CHECK(std::abs(step.residual - problem.residual(step.x)) < 1e-10);
        return step.step < 4;
    });
    CHECK(solved.stopped);
    CHECK(solved.steps == 4);
}

TEST_CASE("Conjugate gradients on empty data give zeros, and a loose tolerance ends early") {
    SmallProblem problem;
    CHECK(conjugateGradient(problem.equations, {0.5, 100, 1e-2}).steps < 20);
    problem.equations.AHy.zero_();
    const auto solved = conjugateGradient(problem.equations, {0, 10, 0});
    CHECK(solved.steps == 0);
    CHECK(at::abs(solved.x).max().item<double>() == 0);
}

TEST_CASE("FISTA without a regulariser reaches the solution of conjugate gradients") {
    const SmallProblem problem;
    const auto reference = conjugateGradient(problem.equations, {0, 500, 1e-14});
    const auto solved = fista(problem.equations, [](const at::Tensor& z, std::int64_t) { return z; }, {0.95, 6000});
    CHECK(relativeDistance(solved.x, reference.x) < 1e-4);
}

TEST_CASE("FISTA with the l1 norm meets the optimality condition") {
    // 0 lies in A^H (A x - y) + lambda d||x||_1: where x is not 0 the gradient is -lambda x / |x|, elsewhere its modulus is at most lambda.
    const SmallProblem problem;
    const double lambda = 0.3;
    const auto prox = [&](const at::Tensor& z, std::int64_t) {
        at::Tensor x = z.clone();
        softThreshold(x, lambda * 0.95);
        return x;
    };
    const at::Tensor x = fista(problem.equations, prox, {0.95, 4000}).x;
    const at::Tensor gradient = problem.A.normal(x) - problem.equations.AHy;
    const at::Tensor inside = at::abs(x) > 0;
    CHECK(inside.sum().item<std::int64_t>() > 5);
    CHECK(inside.sum().item<std::int64_t>() < 42);
    CHECK(at::abs((gradient + at::sgn(x) * lambda).masked_select(inside)).max().item<double>() < 1e-6);
    CHECK(at::abs(gradient).max().item<double>() < lambda * (1 + 1e-6));
}

TEST_CASE("FISTA reports the data residual of each estimate, from one A^H A a step") {
    SmallProblem problem;
    std::int64_t applied = 0;
    problem.equations.AHA = [&](const at::Tensor& x) {
        ++applied;
        return problem.A.normal(x);
    };
    const auto prox = [](const at::Tensor& z, std::int64_t) {
        at::Tensor x = z.clone();
        softThreshold(x, 0.05);
        return x;
    };
    (void)fista(problem.equations, prox, {0.95, 50}, [&](const SolverStep& step) {
        CHECK(std::abs(step.residual - problem.residual(step.x)) < 1e-10);
        return true;
    });
    CHECK(applied == 50);
}

TEST_CASE("FISTA numbers its steps and stops where it is told") {
    const SmallProblem problem;
    std::int64_t proximalSteps = 0, reported = 0;
    const auto prox = [&](const at::Tensor& z, std::int64_t step) {
        CHECK(step == ++proximalSteps);
        return z;
    };
    const auto solved = fista(problem.equations, prox, {0.95, 30}, [&](const SolverStep& step) {
        CHECK(step.step == ++reported);
        return step.step < 7;
    });
    CHECK(solved.stopped);
    CHECK(solved.steps == 7);
}
