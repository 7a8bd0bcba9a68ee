// Soft SENSE: the operator of several sets of maps, coils of different samples, and what methods take of it.
#include "core/recon/coils/combine.h"
#include "core/recon/operators/sense_operator.h"
#include "core/recon/solvers/total_variation.h"
#include "core/recon/solvers/wavelet.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
at::Tensor sets(std::int64_t count, std::int64_t coils, std::int64_t readout, std::int64_t phase) {
    return toTensor(randomComplex({count, coils, readout, phase}, 3));
}

at::Tensor randomMask(at::IntArrayRef shape) {
    return at::real(toTensor(randomComplex(shape.vec(), 9))).gt(0).to(at::kFloat);
}
}  // namespace

TEST_CASE("A of two sets is the sum of those of each, for odd and even sizes") {
    for (const Shape& size : {Shape{24, 20}, Shape{25, 21}}) {
        const at::Tensor maps = sets(2, 4, size[0], size[1]), mask = randomMask(size),
                         x = toTensor(randomComplex({2, size[0], size[1]}, 5));
        const SenseOperator both(maps, mask), first(maps[0], mask), second(maps[1], mask);
        CHECK(both.sets() == 2);
        CHECK(both.domain() == Shape{2, size[0], size[1]});
        CHECK(relativeDistance(both.forward(x), first.forward(x[0]) + second.forward(x[1])) < kFloatTolerance);
        const at::Tensor y = toTensor(randomComplex({4, size[0], size[1]}, 6));
        CHECK(relativeDistance(both.adjoint(y), at::stack({first.adjoint(y), second.adjoint(y)})) < kFloatTolerance);
        CHECK(relativeDistance(both.normal(x), both.adjoint(both.forward(x))) < kFloatTolerance);
        const at::Tensor batch = at::stack({x, 2 * x});
        CHECK(relativeDistance(both.normal(batch)[1], 2 * both.normal(x)) < kFloatTolerance);
    }
}

TEST_CASE("Coils may hold different samples") {
    const at::Tensor maps = toTensor(randomComplex({3, 18, 17}, 3)), masks = randomMask({3, 18, 17}),
                     x = toTensor(randomComplex({18, 17}, 5));
    const SenseOperator A(maps, masks), full(maps, at::ones({18, 17}));
    CHECK(relativeDistance(A.forward(x), full.forward(x) * masks) < kFloatTolerance);
    CHECK(relativeDistance(A.normal(x), A.adjoint(A.forward(x))) < kFloatTolerance);
    CHECK_THROWS_AS(SenseOperator(maps, randomMask({2, 18, 17})), ShapeError);
}

TEST_CASE("Sets shrink together: by their root sum of squares, each keeping its share") {
    at::Tensor values = at::zeros({2, 1, 3}, at::kComplexFloat);
    values[0][0][0] = c10::complex<float>(3, 0);
    values[1][0][0] = c10::complex<float>(0, 4);
    values[0][0][1] = c10::complex<float>(0.3F, 0);
    softThresholdJointly(values, 1);
    // |(3, 4i)| = 5 becomes 4: both to 4/5; 0.3 and 0 are below 1.
    CHECK(at::abs(values[0][0][0] - c10::complex<float>(2.4F, 0)).item<double>() < 1e-6);
    CHECK(at::abs(values[1][0][0] - c10::complex<float>(0, 3.2F)).item<double>() < 1e-6);
    CHECK(at::abs(values.narrow(2, 1, 2)).max().item<double>() == 0);
}

TEST_CASE("Total variation counts the differences of two sets together") {
    const at::Tensor one = toTensor(phantomKspace(1, 12, 10, 1e-2).slice(0));
    CHECK(totalVariationOf(at::stack({one * 3, one * 4})) == doctest::Approx(5 * totalVariationOf(one)).epsilon(1e-5));
    CHECK(totalVariationOf(at::stack({one, at::zeros_like(one)})) == doctest::Approx(totalVariationOf(one)).epsilon(1e-5));
}

TEST_CASE("The image of two sets has the phase of the first and the length of both") {
    at::Tensor images = at::zeros({2, 1, 2}, at::kComplexFloat);
    images[0][0][0] = c10::complex<float>(0, 3);
    images[1][0][0] = c10::complex<float>(4, 0);
    images[1][0][1] = c10::complex<float>(0, -2);
    const at::Tensor one = combineSets(images);
    CHECK(at::abs(one[0][0] - c10::complex<float>(0, 5)).item<double>() < 1e-6);
    CHECK(at::abs(one[0][1] - c10::complex<float>(2, 0)).item<double>() < 1e-6);
}

TEST_CASE("A second set that is zero changes nothing, and methods of one set refuse two") {
    const ComplexArray kspace = phantomKspace(4, 40, 36, 1e-2), maps = phantomMaps(4, 40, 36);
    ComplexArray two({2, 4, 40, 36});
    std::copy(maps.values().begin(), maps.values().end(), two.values().begin());
    SliceProblem problem;
    problem.kspace = kspace;
    problem.mask = SamplingMask::full(40, 36);
    const auto image = [&](const std::string& method, const ComplexArray& given) {
        problem.maps = CoilMaps{given, {}};
        const auto& manifest = builtMethods().method(method);
        return engine().reconstruct(manifest, ParamValues(manifest.params), problem, {}).image;
    };
    for (const char* method : {"cg-sense", "l1-wavelet", "tv"}) {
        CAPTURE(method);
        CHECK(relativeError(image(method, two), image(method, maps)) < 1e-4);
    }
    const auto& zeroFilled = builtMethods().method("zero-filled");
    ParamValues mvue(zeroFilled.params);
    mvue.setFromText("combination", "mvue");
    problem.maps = CoilMaps{two, {}};
    CHECK_THROWS_AS((void)engine().reconstruct(zeroFilled, mvue, problem, {}), UsageError);
}
