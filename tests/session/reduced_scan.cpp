// A scan at a lower resolution: the same field of view, odd sizes, masks, geometry, and what a result says of it.

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/session/reduced_scan.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Scan {
    test::TempDir folder;
    std::shared_ptr<test::MemoryAcquisition> acquisition;
    explicit Scan(ComplexArray kspace) {
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        acquisition = std::make_shared<test::MemoryAcquisition>(std::vector<ComplexArray>{std::move(kspace)}, folder.file("scan.bin"));
    }
    [[nodiscard]] ReconstructionRequest request(const std::string& mask = {}) const {
        ReconstructionRequest asked;
        asked.acquisition = acquisition;
        asked.mask = MaskChoice::fromText(mask);
        asked.reduction = 2;
        asked.threads = 1;
        return asked;
    }
};

ComplexArray times(ComplexArray values, double factor) {
    for (auto& value : values.values()) value *= static_cast<float>(factor);
    return values;
}

/// A sum of waves below a quarter of the sampling rate, real and positive.
double waves(double row, double column, double rows, double columns) {
    const auto wave = [](double x, double n, double k, double phase) { return std::cos(2 * std::numbers::pi * k * x / n + phase); };
    return 3 + wave(row, rows, 2, 0.3) + 0.5 * wave(column, columns, 5, 1) + 0.7 * wave(row, rows, 7, 2) * wave(column, columns, 3, 0.1);
}

}  // namespace

TEST_CASE("k-space that is empty outside of its middle gives the transform of the middle, for odd sizes too") {
    struct Case {
        std::int64_t readout, phase, lowReadout, lowPhase;
    };
    for (const auto& [readout, phase, lowReadout, lowPhase] : {Case{44, 48, 22, 24}, Case{45, 47, 23, 24}, Case{41, 46, 21, 23}}) {
        CAPTURE(readout);
        CAPTURE(phase);
        const auto middle = test::randomComplex({1, lowReadout, lowPhase}, 3);
        const auto low = times(middle, std::sqrt(static_cast<double>(lowReadout * lowPhase) / static_cast<double>(readout * phase)));
        const Scan scan(centreFit(test::dft2c(middle), readout, phase));
        const ReducedScan reduced(scan.acquisition, 2);
        CHECK(reduced.header().encoded == Matrix{lowReadout, lowPhase, 1});
        CHECK(reduced.header().recon == Matrix{lowReadout, lowPhase, 1});
        CHECK(test::relativeError(test::idft2c(reduced.readSlice(0)), low) < 1e-5);
        const auto result = reconstruct(scan.request(), {});
        CHECK(test::relativeError(toComplex(magnitude(result.images.pixels)), toComplex(magnitude(low))) < 1e-5);
    }
}

TEST_CASE("pixels of a band-limited image are those at twice the distance from the middle, as bright as they were") {
    constexpr std::int64_t kRows = 48, kColumns = 44;
    RealArray image({kRows, kColumns});
    for (std::int64_t r = 0; r < kRows; ++r)
        for (std::int64_t c = 0; c < kColumns; ++c)
            image(r, c) = static_cast<float>(waves(static_cast<double>(r), static_cast<double>(c), kRows, kColumns));
    const Scan scan(ComplexArray({2, kRows, kColumns}));
    const auto low = ReducedScan(scan.acquisition, 2).reducedImage(image);
    REQUIRE(low.shape() == Shape{kRows / 2, kColumns / 2});
    double worst = 0;
    for (std::int64_t r = 0; r < kRows / 2; ++r)
        for (std::int64_t c = 0; c < kColumns / 2; ++c)
            worst = std::max(worst, std::abs(static_cast<double>(low(r, c)) -
                                             waves(2.0 * static_cast<double>(r - kRows / 4) + kRows / 2.0,
                                                       2.0 * static_cast<double>(c - kColumns / 4) + kColumns / 2.0, kRows, kColumns)));
    CHECK(worst < 1e-4);
}

TEST_CASE("truths of scans with readout oversampling are cut like their k-space") {
    const Scan scan(ComplexArray({2, 90, 47}));
    scan.acquisition->editHeader().recon = {45, 47, 1};  // 45 pixels of 90, 23 of 45
    const auto image = test::phantomMagnitude(45, 47);
    const auto padded = centreFit(toComplex(image).reshaped({1, 45, 47}), 90, 47);
    const auto bright = centreFit(test::idft2c(centreFit(test::dft2c(padded), 45, 24)), 23, 24).slice(0);
    const auto expected = times(bright, std::sqrt(45.0 * 24 / (90 * 47)));
    const auto low = ReducedScan(scan.acquisition, 2).reducedImage(image);
    CHECK(test::relativeError(toComplex(low), toComplex(magnitude(expected))) < 1e-5);
}

TEST_CASE("larger pixels keep the field of view and the place of the middle; filled columns are counted anew") {
    const Scan scan(ComplexArray({2, 64, 48}));
    auto& header = scan.acquisition->editHeader();
    header.recon = {32, 48, 1};
    header.geometry.pixel = PixelSize{1.5, 2};
    header.encodedFov = FieldOfView{96, 96, 5};
    header.reconFov = FieldOfView{48, 96, 5};
    PatientGeometry patient;
    patient.readoutDirection = {0, 1, 0};
    patient.phaseDirection = {1, 0, 0};
    patient.firstPixelMm = {-48, -24, 7};
    header.geometry.patient = patient;
    header.phaseBegin = 4;
    header.phaseEnd = 30;
    const auto low = ReducedScan(scan.acquisition, 2).header();
    CHECK(low.geometry.pixel == PixelSize{3, 4});
    CHECK(low.reconFov == header.reconFov);
    CHECK(low.encodedFov == header.encodedFov);
    const auto& first = low.geometry.patient->firstPixelMm;
    CHECK(first[0] + 12 * 4 == doctest::Approx(-48 + 24 * 2));  // along phase encode
    CHECK(first[1] + 8 * 3 == doctest::Approx(-24 + 16 * 1.5));
    CHECK(first[2] == 7);
    CHECK(low.phaseBegin == 0);
    CHECK(low.phaseEnd == 18);  // column 30 lies 6 right of the middle, which is now 12
}

TEST_CASE("the mask is that of the whole matrix, cut alike; the result says its size") {
    constexpr auto kMask = "random:R=3,acs=14,seed=1";
    const Scan scan(test::phantomKspace(4, 48, 45, 0.01));
    auto asked = scan.request(kMask);
    const auto whole = readMaskedSlice(*scan.acquisition, 0, asked.mask).mask.mask;
    const auto result = reconstruct(asked, {});
    REQUIRE(result.masks.size() == 1);
    const auto& mask = result.masks.front();
    REQUIRE(mask.samples().shape() == Shape{24, 23});
    for (std::int64_t c = 0; c < 23; ++c) CHECK(mask.samples()(0, c) == whole.samples()(0, c + 22 - 11));
    CHECK(result.protocol.totalAcceleration == doctest::Approx(mask.acceleration()));
    CHECK(result.protocol.totalAcceleration < whole.acceleration());  // the middle is denser
    CHECK(result.protocol.reduction == 2);
    CHECK(Protocol::fromJson(result.protocol.toJson()).reduction == 2);
    CHECK(asCommandLine(result.protocol, "a.h5").find(" --reduce 2") != std::string::npos);
    CHECK(asBartCommand(result.protocol).empty());

    SUBCASE("a drawn mask of either size") {
        asked.mask = {};
        asked.mask.drawn = whole;
        CHECK(reconstruct(asked, {}).images.pixels == result.images.pixels);
        asked.mask.drawn = mask;
        CHECK(reconstruct(asked, {}).images.pixels == result.images.pixels);
    }
}

TEST_CASE("what has no lower resolution is refused") {
    const Scan scan(test::phantomKspace(4, 48, 30, 0.01));
    auto asked = scan.request();
    CHECK_THROWS_AS((void)reconstruct(asked, {}), InputError);  // 15 columns
    asked.reduction = 0;
    CHECK_THROWS_AS((void)reconstruct(asked, {}), ParamError);
    asked.reduction = 2;
    asked.mapsFile = "maps.cfl";
    CHECK_THROWS_AS((void)reconstruct(asked, {}), UsageError);
    CHECK(sizeText(2) == "half size");
    CHECK(sizeText(4) == "quarter size");
}
