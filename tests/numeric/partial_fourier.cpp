// Which side is missing, and what filling it is worth.
#include <doctest/doctest.h>

#include "core/recon/mask_tensor.h"
#include "core/recon/partial_fourier.h"
#include "tests/numeric/classical_problem.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::test;

namespace {
std::vector<recon::PartialAxis> axesOf(const SamplingMask& mask) {
    return recon::partialAxes(recon::toTensor(mask));
}

ComplexArray swapped(const ComplexArray& x) {
    ComplexArray y({x.extent(0), x.extent(2), x.extent(1)});
    for (std::int64_t c = 0; c < x.extent(0); ++c)
        for (std::int64_t r = 0; r < x.extent(1); ++r)
            for (std::int64_t p = 0; p < x.extent(2); ++p) y(c, p, r) = x(c, r, p);
    return y;
}

SamplingMask rowsOf(std::int64_t readout, std::int64_t phase, std::int64_t first) {
    ByteArray samples({readout, phase});
    for (std::int64_t i = first * phase; i < samples.size(); ++i) samples[i] = 1;
    return {std::move(samples), "rows"};
}

double errorOf(const std::string& method, const std::string& settings, const ComplexArray& kspace, const SamplingMask& mask,
               const ComplexArray& maps, const ComplexArray& truth) {
    return relativeError(toComplex(magnitude(solveWith(method, settings, kspace, mask, maps))), toComplex(magnitude(truth)));
}
}  // namespace

TEST_CASE("The missing side and the symmetric band are found") {
    const auto low = axesOf(linesOf(16, 40, 10, 39));
    REQUIRE(low.size() == 1);
    CHECK(low[0].axis == 1);
    CHECK(low[0].lowMissing);
    CHECK(low[0].band == 10);
    CHECK(low[0].full == 10);
    const auto high = axesOf(linesOf(16, 41, 0, 30, 2, 11));
    REQUIRE(high.size() == 1);
    CHECK_FALSE(high[0].lowMissing);
    CHECK(high[0].band == 10);
    CHECK(high[0].full == 6);  // lines 14 and 26 lie beside the 11 in the middle
    const auto rows = axesOf(rowsOf(40, 16, 12));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].axis == 0);
    CHECK(rows[0].band == 8);
    CHECK(axesOf(intersect(rowsOf(40, 30, 12), linesOf(40, 30, 8, 29))).size() == 2);
}

TEST_CASE("Masks that reach as far on either side have no missing side") {
    CHECK(axesOf(SamplingMask::full(20, 21)).empty());
    for (const std::int64_t step : {2, 3, 4, 6})
        for (const std::int64_t first : {0, 1, 2, 3}) CHECK(axesOf(linesOf(12, 64, first, 63, step, 9)).empty());
    CHECK(axesOf(linesOf(12, 64, 6, 57)).empty());
}

TEST_CASE("Homodyne weights of k and -k add to 2") {
    for (const std::int64_t n : {32, 33})
        for (const bool low : {true, false}) {
            const at::Tensor w = recon::homodyneWeights({1, low, 5, 5}, n);
            for (std::int64_t k = 0; n / 2 + k < n; ++k)
                CHECK(std::abs(w[n / 2 + k].item<double>() + w[n / 2 - k].item<double>() - 2) < 1e-6);
        }
}

TEST_CASE("With all samples homodyne and POCS give the image itself, real or not") {
    const ComplexArray maps = phantomMaps(3, 32, 31);
    const ComplexArray image = toComplex(phantomMagnitude(32, 31));
    const ComplexArray kspace = dft2c(coilImages(image, maps));
    for (const char* method : {"homodyne", "pocs"})
        CHECK(relativeError(solveWith(method, method == std::string("pocs") ? "" : "lambda=0", kspace, SamplingMask::full(32, 31), maps),
                            image) < 1e-4);
}

TEST_CASE("A missing quarter of an image with smooth phase: far better than zeros, along either axis, with one coil and several") {
    for (const std::int64_t coils : {1, 4}) {
        CAPTURE(coils);
        const ComplexArray kspace = phantomKspace(coils, 96, 80, 1e-3), maps = phantomMaps(coils, 96, 80);
        const ComplexArray truth = phantomImage(96, 80);
        const SamplingMask mask = linesOf(96, 80, 24, 79);
        const double zeros = errorOf("zero-filled", "", kspace, mask, maps, truth);
        const double pocs = errorOf("pocs", "iterations=60", kspace, mask, maps, truth);
        const double homodyne = errorOf("homodyne", "lambda=0.001", kspace, mask, maps, truth);
        MESSAGE(coils, " coils: zeros ", zeros, ", homodyne ", homodyne, ", POCS ", pocs);
        CHECK(pocs < 0.4 * zeros);
        CHECK(homodyne < 0.6 * zeros);
        const ComplexArray turned = solveWith("pocs", "iterations=60", swapped(kspace), rowsOf(80, 96, 24), swapped(maps));
        const ComplexArray straight = solveWith("pocs", "iterations=60", kspace, mask, maps);
        CHECK(relativeError(turned, swapped(straight.reshaped({1, 96, 80})).reshaped({80, 96})) < 1e-3);
    }
}

TEST_CASE("Partial Fourier together with undersampling: POCS over all coils beats CG-SENSE, which knows no phase") {
    const ComplexArray kspace = phantomKspace(6, 96, 88, 2e-3), maps = phantomMaps(6, 96, 88), truth = phantomImage(96, 88);
    const SamplingMask mask = linesOf(96, 88, 24, 87, 2, 20);
    CHECK(errorOf("pocs", "iterations=100", kspace, mask, maps, truth) <
          0.9 * errorOf("cg-sense", "lambda=0.001", kspace, mask, maps, truth));
}

TEST_CASE("Homodyne refuses two missing sides and names what can fill them") {
    const ComplexArray kspace = phantomKspace(2, 40, 30);
    const SamplingMask mask = intersect(rowsOf(40, 30, 12), linesOf(40, 30, 8, 29));
    CHECK_THROWS_AS((void)solveWith("homodyne", "combination=rss", kspace, mask), InputError);
    CHECK_NOTHROW((void)solveWith("pocs", "combination=rss", kspace, mask));
}
