// Lines that motion corrupted and spikes: found, nothing else taken for one, and left out.

#include <algorithm>

#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/bad_lines.h"
#include "core/session/line_errors.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/moved_lines.h"
#include "tests/support/phantom.h"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

using Lines = std::vector<std::int64_t>;

struct Scan {
    test::TempDir folder;
    ReconstructionRequest request;
    explicit Scan(ComplexArray kspace) {
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        request.acquisition =
            std::make_shared<test::MemoryAcquisition>(std::vector<ComplexArray>{std::move(kspace)}, folder.file("scan.bin"));
        request.method = "cg-sense";
        request.threads = 2;
        request.tellWarnings = false;
    }
};

/// [coil, readout, phase] of the fully sampled MPRAGE slice.
ComplexArray mprage(const std::string& path) {
    const ComplexArray stored = io::openArrayFile(path)->read("kData");  // [coil, phase, readout]
    ComplexArray kspace({stored.extent(0), stored.extent(2), stored.extent(1)});
    for (std::int64_t c = 0; c < kspace.extent(0); ++c)
        for (std::int64_t r = 0; r < kspace.extent(1); ++r)
            for (std::int64_t p = 0; p < kspace.extent(2); ++p) kspace(c, r, p) = stored(c, p, r);
    return kspace;
}

double errorOf(const ReconstructionRequest& request, const ComplexArray& truth) {
    const auto image = toComplex(magnitude(reconstruct(request, {}).images.pixels));
    return test::relativeError(image, toComplex(magnitude(truth)));
}

void checkClean(const ComplexArray& kspace, const std::string& mask) {
    CAPTURE(mask);
    const Scan scan(kspace);
    const auto check = checkLines(*scan.request.acquisition, 0, MaskChoice::fromText(mask), {});
    double worst = 0;
    for (const auto& line : check.lines)
        if (line.relative > 0.2) worst = std::max(worst, line.score);
    MESSAGE(mask, ": ", check.lines.size(), " good lines, the largest score of one that counts ", worst);
    CHECK(check.badLines().empty());
    CHECK(check.spikes.empty());
}

}  // namespace

TEST_CASE("clean lines are not flagged") {
    checkClean(test::phantomKspace(6, 96, 90, 5e-3), "");
    checkClean(test::phantomKspace(8, 96, 90, 5e-3), "equispaced:R=2,acs=24,seed=1");
    if (const auto path = test::sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "clean lines of the MPRAGE")) {
        checkClean(mprage(*path), "");
        checkClean(mprage(*path), "equispaced:R=2,acs=24,seed=1");
    }
}

TEST_CASE("moved lines and spikes of the MPRAGE are found, and images without them are better") {
    const auto path = test::sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "moved lines of the MPRAGE");
    if (!path) return;
    const Scan clean(mprage(*path));
    const auto truth = reconstruct(clean.request, {}).images.pixels;
    const Lines moved{100, 119, 141, 150, 171};
    auto kspace = mprage(*path);
    test::moveLines(kspace, moved, 3);
    test::addSpike(kspace, 60, 90);
    test::addSpike(kspace, 200, 161);
    Scan scan(kspace);
    const auto check = checkLines(*scan.request.acquisition, 0, {}, {});
    for (const auto& line : check.lines)
        if (line.bad) MESSAGE("line ", line.line, ": ", line.score, " times its neighbours', ", line.relative, " of itself");
    for (const auto& spike : check.spikes) MESSAGE("spike at ", spike.readout, ", ", spike.line, ": ", spike.score);
    CHECK(check.badLines() == moved);
    REQUIRE(check.spikes.size() == 2);
    CHECK(check.spikes[0].line == 90);
    CHECK(check.spikes[0].readout == 60);
    CHECK(check.spikes[1].line == 161);
    const auto left = withoutLines(scan.request, "auto", {});
    CHECK(left.notes == std::vector<std::string>{"slice 0: left out lines 100,119,141,150,171 and 2 spikes."});
    const double before = errorOf(scan.request, truth), after = errorOf(left.request, truth);
    MESSAGE("NRMSE with the moved lines and spikes ", before, ", without ", after);
    CHECK(after < 0.5 * before);
}

TEST_CASE("lines of one's choice are left out, and the result is replayed without them") {
    const test::TempDir folder;
    Scan scan(test::phantomKspace(4, 48, 44, 1e-2));
    auto left = withoutLines(scan.request, "3,40-41", {});
    CHECK(left.notes == std::vector<std::string>{"slice 0: left out lines 3,40-41."});
    const auto result = reconstruct(left.request, {});
    CHECK(result.protocol.totalAcceleration == doctest::Approx(44.0 / 41));
    REQUIRE(result.masks.size() == 1);
    for (const std::int64_t line : {3, 40, 41}) CHECK(result.masks.front().samples()(7, line) == 0);
    io::saveReconstruction(folder.file("result.h5"), result);
    const auto stored = io::readReconstruction(folder.file("result.h5"));
    CHECK(stored.masks.front().samples() == result.masks.front().samples());
    CHECK(stored.protocol.mask == kDrawnMask);
    CHECK_THROWS_AS((void)withoutLines(scan.request, "44", {}), UsageError);
    CHECK_THROWS_AS((void)withoutLines(scan.request, "0-43", {}), UsageError);
    CHECK(withoutLines(scan.request, "auto", {}).notes.empty());
}

TEST_CASE("scans without lines cannot be checked for them") {
    const Scan scan(test::phantomKspace(4, 64, 64, 1e-2));
    CHECK_THROWS_AS((void)checkLines(*scan.request.acquisition, 0, MaskChoice::fromText("poisson:R=2,acs=16,seed=1"), {}), InputError);
}

TEST_CASE("errors are compared with the median of those beside them") {
    CHECK(overNeighbours({1, 1, 8, 1, 1}, 4) == std::vector<double>{1, 1, 8, 1, 1});
    CHECK(overNeighbours({2, 4}, 3) == std::vector<double>{0.5, 2});
    CHECK(overNeighbours({5}, 3) == std::vector<double>{1});
}
