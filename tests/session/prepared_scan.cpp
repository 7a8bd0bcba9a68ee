// Coils that are whitened, compressed and joined by virtual conjugates, through whole reconstructions.

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/masks/mask_generator.h"
#include "core/base/rng.h"
#include "core/session/edge_noise.h"
#include "core/session/prepared_scan.h"
#include "core/session/replay.h"
#include "core/session/request_scan.h"
#include "core/session/virtual_conjugates.h"
#include "tests/support/phantom.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/scan_with_extras.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Scan {
    test::TempDir folder;
    std::shared_ptr<test::MemoryAcquisition> acquisition;
    explicit Scan(std::vector<ComplexArray> slices) {
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        acquisition = std::make_shared<test::MemoryAcquisition>(std::move(slices), folder.file("scan.bin"));
    }
    [[nodiscard]] ReconstructionRequest request(const std::string& method, const std::string& mask = {}) const {
        ReconstructionRequest asked;
        asked.acquisition = acquisition;
        asked.method = method;
        asked.mask = MaskChoice::fromText(mask);
        asked.threads = 1;
        asked.tellWarnings = false;
        return asked;
    }
};

CoilPreparation compressed(std::int64_t coils, CoilCompression how = CoilCompression::Svd) {
    return {Whitening::None, coils, how, false};
}

ComplexArray imageOf(ReconstructionRequest request, const CoilPreparation& coils) {
    request.coils = coils;
    return reconstruct(request, {}).images.pixels;
}

double magnitudeError(const ComplexArray& image, const ComplexArray& expected) {
    return test::relativeError(toComplex(magnitude(image)), toComplex(magnitude(expected)));
}

/// Noise of coils that share a part of it and have different gains.
ComplexArray unequalNoise(std::int64_t coils, std::int64_t samples, std::uint64_t seed) {
    ComplexArray noise = test::randomComplex({coils, samples}, seed);
    for (std::int64_t c = coils - 1; c >= 0; --c)
        for (std::int64_t i = 0; i < samples; ++i)
            noise(c, i) = (noise(c, i) + (c > 0 ? 0.8F * noise(c - 1, i) : cfloat(0))) * static_cast<float>(1 + 2 * c);
    return noise;
}

double offIdentity(const ComplexArray& noise) {
    double worst = 0;
    for (std::int64_t a = 0; a < noise.extent(0); ++a)
        for (std::int64_t b = 0; b < noise.extent(0); ++b) {
            std::complex<double> sum = 0;
            for (std::int64_t i = 0; i < noise.extent(1); ++i)
                sum += std::complex<double>(noise(a, i)) * std::conj(std::complex<double>(noise(b, i)));
            worst = std::max(worst, std::abs(sum / static_cast<double>(noise.extent(1)) - (a == b ? 1.0 : 0.0)));
        }
    return worst;
}

}  // namespace

TEST_CASE("the mirrored conjugate of k-space is that of the conjugated image, for odd and even sizes") {
    for (const Shape& size : {Shape{2, 12, 10}, Shape{2, 11, 9}, Shape{2, 12, 9}}) {
        CAPTURE(toText(size));
        const auto image = test::randomComplex(size, 4);
        ComplexArray conjugated = image;
        for (auto& pixel : conjugated.values()) pixel = std::conj(pixel);
        CHECK(test::relativeError(conjugateMirror(test::dft2c(image)), test::dft2c(conjugated)) < 1e-5);
    }
    const auto mask = SamplingMask::fromColumns({1, 1, 0, 1, 0, 0}, 4, "partial");
    // Index 0 of six is the frequency -3, its own mirror; 1 and 5 are -2 and 2, 2 and 4 are -1 and 1.
    CHECK(mirrored(mask).samples().slice(0).values()[0] == 1);
    CHECK(mirrored(mask) == SamplingMask::fromColumns({1, 0, 0, 1, 0, 1}, 4, "partial"));
    CHECK(united(mask, mirrored(mask)) == SamplingMask::fromColumns({1, 1, 0, 1, 0, 1}, 4, "partial"));
}

TEST_CASE("a compression to all coils changes no image, and one mixture serves all slices") {
    const Scan scan(
        {test::phantomKspace(6, 48, 44, 1e-2, 1), test::phantomKspace(6, 48, 44, 1e-2, 2), test::phantomKspace(6, 48, 44, 1e-2, 3)});
    for (const char* method : {"zero-filled", "cg-sense"})
        for (const auto how : {CoilCompression::Svd, CoilCompression::Geometric}) {
            CAPTURE(method);
            CAPTURE(toText(how));
            auto request = scan.request(method, "equispaced:R=2,acs=16,seed=1");
            const auto plain = imageOf(request, {});
            CHECK(magnitudeError(imageOf(request, compressed(6, how)), plain) < 5e-4);
            const auto all = imageOf(request, compressed(3, how));
            CHECK(magnitudeError(all, plain) > 1e-4);
            request.slices = {2};
            CHECK(imageOf(request, compressed(3, how)).slice(0) == all.slice(2));
        }
}

TEST_CASE("half of the coils carry nearly the whole image, and protocols say how many there were") {
    const Scan scan({test::phantomKspace(8, 64, 60, 1e-3)});
    auto request = scan.request("cg-sense", "equispaced:R=2,acs=20,seed=1");
    const auto plain = imageOf(request, {});
    for (const auto how : {CoilCompression::Svd, CoilCompression::Geometric}) {
        CAPTURE(toText(how));
        const double apart = magnitudeError(imageOf(request, compressed(4, how)), plain);
        MESSAGE("4 of 8 coils: image apart by ", apart);
        CHECK(apart < 0.06);
    }
    request.coils = compressed(4);
    CHECK(reconstruct(request, {}).protocol.coils == compressed(4));
    CHECK(scanOf(request)->header().coils == 4);
    CHECK(scanOf(request)->readSlice(0).shape() == Shape{4, 64, 60});
}

TEST_CASE("noise is whitened by a noise scan, and by the edge of k-space where there is none") {
    constexpr std::int64_t kCoils = 4, kReadout = 128, kPhase = 120;
    auto kspace = test::phantomKspace(kCoils, kReadout, kPhase);
    const auto noise = unequalNoise(kCoils, kReadout * kPhase, 5);
    for (std::int64_t i = 0; i < kspace.size(); ++i) kspace[i] = 1e-3F * (kspace[i] + noise[i]);
    const Scan scan({kspace});
    const auto extras = std::make_shared<test::ScanWithExtras>(scan.acquisition);
    auto other = unequalNoise(kCoils, 20000, 6);
    for (auto& sample : other.values()) sample *= 1e-3F;
    extras->noise = other;
    auto request = scan.request("zero-filled");
    request.acquisition = extras;
    for (const auto whitening : {Whitening::NoiseScan, Whitening::KspaceEdge}) {
        CAPTURE(toText(whitening));
        request.coils.whitening = whitening;
        const auto edge = edgeNoise(scanOf(request)->readSlice(0), SamplingMask::full(kReadout, kPhase));
        MESSAGE("the covariance of the whitened edge is off by ", offIdentity(edge), ", before ",
                offIdentity(edgeNoise(kspace, SamplingMask::full(kReadout, kPhase))));
        CHECK(offIdentity(edge) < 5 / std::sqrt(static_cast<double>(edge.extent(1))));
    }
    request.coils.whitening = Whitening::NoiseScan;
    (*extras->noise)[7] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS((void)reconstruct(request, {}), doctest::Contains("1 of the 80000 samples of the noise scan"), InputError);
    request.acquisition = scan.acquisition;
    CHECK_THROWS_WITH_AS((void)reconstruct(request, {}), doctest::Contains("no noise scan"), InputError);
}

TEST_CASE("the edge of k-space is that of what was acquired") {
    ComplexArray kspace({2, 64, 64}, cfloat(1000, 0));
    const auto mark = [&](std::int64_t row, std::int64_t column) { kspace(0, row, column) = kspace(1, row, column) = cfloat(1, 0); };
    std::vector<std::uint8_t> columns(64, 0);
    for (std::int64_t column = 16; column < 64; ++column) columns[static_cast<std::size_t>(column)] = 1;
    const auto acquired = SamplingMask::fromColumns(columns, 64, "padded");
    // The lower side was not acquired: of 64 x 48 samples the 48 farthest lie in the two corners of the upper side.
    for (std::int64_t row = 0; row < 64; ++row)
        for (std::int64_t column = 40; column < 64; ++column)
            if (std::abs(static_cast<double>(row) - 32) > 20) mark(row, column);
    const auto noise = edgeNoise(kspace, acquired);
    CHECK(noise.shape() == Shape{2, 48});
    for (const auto sample : noise.values()) CHECK(sample == cfloat(1, 0));
    CHECK_THROWS_AS((void)edgeNoise(ComplexArray({30, 16, 16}), SamplingMask::full(16, 16)), InputError);
}

TEST_CASE("virtual conjugates keep the image of full data, and fill what partial Fourier leaves out") {
    const Scan scan({test::phantomKspace(4, 64, 60, 1e-3)});
    CoilPreparation conjugates;
    conjugates.virtualConjugates = true;
    const auto truth = imageOf(scan.request("zero-filled"), {});
    CHECK(magnitudeError(imageOf(scan.request("cg-sense"), conjugates), imageOf(scan.request("cg-sense"), {})) < 0.02);
    auto request = scan.request("cg-sense");
    std::vector<std::uint8_t> columns(60, 0);
    for (std::size_t column = 18; column < 60; ++column) columns[column] = column < 42 || column % 2 == 0 ? 1 : 0;
    request.mask.drawn = SamplingMask::fromColumns(columns, 64, "partial Fourier");
    request.parameters = ParamValues();
    const double plain = magnitudeError(imageOf(request, {}), truth), filled = magnitudeError(imageOf(request, conjugates), truth);
    MESSAGE("partial Fourier: NRMSE ", plain, ", with virtual conjugates ", filled);
    CHECK(filled < 0.7 * plain);
    auto variation = scan.request("tv");
    variation.mask = request.mask;
    CHECK(magnitudeError(imageOf(variation, conjugates), truth) < 0.7 * magnitudeError(imageOf(variation, {}), truth));
    request.coils = conjugates;
    const auto result = reconstruct(request, {});
    CHECK(result.protocol.totalAcceleration == doctest::Approx(60.0 / 33));
    const auto masked = readMaskedSlice(*scanOf(request), 0, request.mask);
    CHECK(masked.kspace.shape() == Shape{8, 64, 60});
    CHECK(masked.kspace(0, 5, 6) == cfloat(0));
    CHECK(masked.kspace(4, 5, 6) != cfloat(0));
}

TEST_CASE("given maps are mixed like the coils") {
    const Scan scan({test::phantomKspace(5, 40, 36, 1e-3)});
    auto request = scan.request("cg-sense", "equispaced:R=2,acs=12,seed=1");
    request.mapsFile = scan.folder.file("maps.npy");
    io::saveArray(request.mapsFile, test::phantomMaps(5, 40, 36), "maps");
    const auto plain = imageOf(request, {});
    CHECK(test::relativeError(imageOf(request, compressed(5)), plain) < 1e-3);
    CHECK(test::relativeError(imageOf(request, compressed(5, CoilCompression::Geometric)), plain) < 1e-3);
    CHECK(test::relativeError(imageOf(request, compressed(4)), plain) < 0.1);
    CoilPreparation conjugates;
    conjugates.virtualConjugates = true;
    CHECK_THROWS_AS((void)imageOf(request, conjugates), UsageError);
}

TEST_CASE("what cannot be prepared is refused with the reason") {
    const Scan scan({test::phantomKspace(4, 48, 48, 1e-2)});
    CHECK_THROWS_WITH_AS((void)imageOf(scan.request("zero-filled"), compressed(5)), doctest::Contains("4 coils"), UsageError);
    const auto poisson = scan.request("zero-filled", "poisson:R=3,acs=12,seed=1");
    CHECK_THROWS_WITH_AS((void)imageOf(poisson, compressed(2, CoilCompression::Geometric)), doctest::Contains("along readout"), UsageError);
    CHECK(imageOf(poisson, compressed(2)).shape() == Shape{1, 48, 48});
}

TEST_CASE("a result with prepared coils is replayed to the same pixels, at half size too") {
    const test::TempDir folder;
    test::PhantomScan options;
    options.slices = 3;
    options.coils = 6;
    options.readout = options.phase = 64;
    ReconstructionRequest request;
    request.acquisition = io::openAcquisition(test::writePhantomScan(folder.file("scan.h5"), options));
    request.method = "cg-sense";
    request.mask = MaskChoice::fromText("equispaced:R=2,acs=16,seed=1");
    request.coils = {Whitening::KspaceEdge, 4, CoilCompression::Geometric, true};
    request.threads = 1;
    for (const std::int64_t reduction : {1, 2}) {
        CAPTURE(reduction);
        request.reduction = reduction;
        const auto result = reconstruct(request, {});
        io::saveReconstruction(folder.file("result.h5"), result);
        const auto again = requestOf(io::readReconstruction(folder.file("result.h5")), {});
        CHECK(again.coils == request.coils);
        CHECK(reconstruct(again, {}).images.pixels == result.images.pixels);
    }
}
