#include <doctest/doctest.h>

#include "core/recon/operators/operator_checks.h"
#include "core/recon/operators/sense_operator.h"
#include "core/recon/solvers/wavelet.h"
#include "tests/numeric/tensors.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
const std::vector<Shape> kSizes{{16, 16}, {16, 10}, {15, 15}, {15, 16}, {9, 21}, {1, 7}, {40, 33}};

SenseOperator randomSense(const Shape& size, at::ScalarType type) {
    const at::Tensor maps = randomTensor({4, size[0], size[1]}, type, 7);
    const at::Tensor mask = (at::real(randomTensor(size, at::kComplexDouble, 8)) > 0).to(at::kFloat);
    return {maps / at::linalg_vector_norm(maps, 2, {0}, true), mask};
}

/// Lines along one axis or the other: what masks look like in practice.
SenseOperator lineSense(const Shape& size, bool alongReadout) {
    const at::Tensor maps = randomTensor({3, size[0], size[1]}, at::kComplexDouble, 9);
    at::Tensor mask = at::zeros(size, at::kFloat);
    mask.slice(alongReadout ? 1 : 0, 0, size[alongReadout ? 1 : 0], 3).fill_(1);
    return {maps, mask};
}
}  // namespace

TEST_CASE("SENSE: <A x, y> = <x, A^H y> and the normal operator, for odd, even and non-square sizes in both precisions") {
    for (const auto type : {at::kComplexDouble, at::kComplexFloat})
        for (const auto& size : kSizes) {
            CAPTURE(toText(size));
            const SenseOperator A = randomSense(size, type);
            CHECK(adjointError(A, type) < tolerance(type));
            CHECK(normalError(A, type) < tolerance(type));
        }
}

TEST_CASE("SENSE: lines along either axis") {
    for (const auto& size : kSizes)
        for (const bool alongReadout : {true, false}) {
            CAPTURE(toText(size));
            const SenseOperator A = lineSense(size, alongReadout);
            CHECK(adjointError(A, at::kComplexDouble) < kDoubleTolerance);
            CHECK(normalError(A, at::kComplexDouble) < kDoubleTolerance);
        }
}

TEST_CASE("SENSE: with all samples and normalised maps it is an isometry; with some its normal operator stays below 1") {
    for (const auto& size : kSizes) {
        const SenseOperator some = randomSense(size, at::kComplexDouble);
        const SenseOperator all(some.maps(), at::ones(size));
        CHECK(isometryError(all, at::kComplexDouble) < kDoubleTolerance);
        const at::Tensor x = randomTensor(size, at::kComplexDouble, 3);
        CHECK((at::linalg_vector_norm(some.normal(x)) / at::linalg_vector_norm(x)).item<double>() <= 1 + kDoubleTolerance);
    }
}

TEST_CASE("SENSE: shapes that do not fit are refused by name") {
    const SenseOperator A = randomSense({8, 6}, at::kComplexFloat);
    CHECK_THROWS_AS((void)A.forward(randomTensor({6, 8}, at::kComplexFloat, 1)), ShapeError);
    CHECK_THROWS_AS((void)A.adjoint(randomTensor({3, 8, 6}, at::kComplexFloat, 1)), ShapeError);
    CHECK_THROWS_AS((void)A.normal(randomTensor({8}, at::kComplexFloat, 1)), ShapeError);
    CHECK_THROWS_AS(SenseOperator(A.maps(), at::ones({6, 8})), ShapeError);
    CHECK_THROWS_AS(SenseOperator(A.maps()[0], A.mask()), ShapeError);
}

TEST_CASE("Wavelets: adjoint and normal for every size, and an isometry") {
    for (const auto type : {at::kComplexDouble, at::kComplexFloat})
        for (const Shape& size : {Shape{64, 64}, Shape{64, 48}, Shape{37, 53}, Shape{230, 181}, Shape{17, 100}, Shape{5, 9}}) {
            CAPTURE(toText(size));
            const WaveletTransform W(size[0], size[1]);
            CHECK(adjointError(W, type) < tolerance(type));
            CHECK(normalError(W, type) < tolerance(type));
            CHECK(isometryError(W, type) < tolerance(type));
        }
}
