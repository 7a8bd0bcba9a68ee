// Coil maps from a calibration scan of its own.

#include <limits>

#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/engine_host.h"
#include "core/session/project/recorded_sweep.h"
#include "core/session/replay.h"
#include "core/session/request_scan.h"
#include "core/session/sweep_record.h"
#include "tests/support/phantom.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/scan_with_extras.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

/// Every second line: no centre that maps could be estimated from.
SamplingMask everySecondLine(std::int64_t readout, std::int64_t phase) {
    std::vector<std::uint8_t> columns(static_cast<std::size_t>(phase), 0);
    for (std::size_t i = 0; i < columns.size(); i += 2) columns[i] = 1;
    return SamplingMask::fromColumns(columns, readout, "every second line");
}

double magnitudeError(const ComplexArray& image, const ComplexArray& expected) {
    return test::relativeError(toComplex(magnitude(image)), toComplex(magnitude(expected)));
}

struct Scan {
    test::TempDir folder;
    ReconstructionRequest request;
    Scan() {
        test::PhantomScan options;
        options.coils = 6;
        options.readout = options.phase = 64;
        options.noise = 1e-3;
        request.acquisition = io::openAcquisition(test::writePhantomScan(folder.file("scan.h5"), options));
        request.method = "cg-sense";
        request.mask.drawn = everySecondLine(64, 64);
        request.threads = 1;
    }
    /// The centre of another measurement of the same coils.
    [[nodiscard]] ComplexArray centre(std::int64_t coils, std::int64_t readout, std::int64_t phase) const {
        return centreFit(test::phantomKspace(coils, 64, 64, 1e-3, 77), readout, phase);
    }
};

}  // namespace

TEST_CASE("maps come from a smaller calibration scan where the scan itself has no centre") {
    Scan scan;
    CHECK_THROWS_AS((void)reconstruct(scan.request, {}), InputError);
    scan.request.calibrationFile = scan.folder.file("calibration.npy");
    io::saveArray(scan.request.calibrationFile, scan.centre(6, 26, 25), "kspace");
    const auto result = reconstruct(scan.request, {});
    auto broken = scan.centre(6, 26, 25);
    broken[3] = std::numeric_limits<float>::infinity();
    auto asked = scan.request;
    asked.calibrationFile = scan.folder.file("broken.npy");
    io::saveArray(asked.calibrationFile, broken, "kspace");
    CHECK_THROWS_WITH_AS((void)reconstruct(asked, {}), doctest::Contains("calibration scan are not finite"), InputError);
    const auto truth = makeReference(*scan.request.acquisition, {}, Combination::Rss, false, {}).images.pixels;
    MESSAGE("NRMSE at R 2 with maps of 26 x 25 samples: ", magnitudeError(result.images.pixels, truth));
    CHECK(magnitudeError(result.images.pixels, truth) < 0.05);
    CHECK(result.protocol.calibration.ends_with("calibration.npy"));
    CHECK(result.protocol.calibrationHash.size() == 64);
    scan.request.coils.virtualCoils = 4;
    CHECK(magnitudeError(reconstruct(scan.request, {}).images.pixels, truth) < 0.1);
    scan.request.reduction = 2;
    CHECK(reconstruct(scan.request, {}).images.pixels.extent(1) == 32);
}

TEST_CASE("a calibration scan that the acquisition holds is used by itself") {
    Scan scan;
    const auto extras = std::make_shared<test::ScanWithExtras>(scan.request.acquisition);
    const auto wanted = scan.centre(6, 24, 24);
    extras->calibration = centreFit(wanted, 64, 64);
    scan.request.acquisition = extras;
    const auto result = reconstruct(scan.request, {});
    CHECK(result.protocol.calibration.empty());
    scan.request.acquisition = io::openAcquisition(scan.folder.file("scan.h5"));
    scan.request.calibrationFile = scan.folder.file("calibration.npy");
    io::saveArray(scan.request.calibrationFile, wanted, "kspace");
    CHECK(reconstruct(scan.request, {}).images.pixels == result.images.pixels);
}

TEST_CASE("the calibration scan is replayed, and must be the same") {
    Scan scan;
    scan.request.calibrationFile = scan.folder.file("calibration.npy");
    io::saveArray(scan.request.calibrationFile, scan.centre(6, 24, 24), "kspace");
    const auto result = reconstruct(scan.request, {});
    io::saveReconstruction(scan.folder.file("result.h5"), result);
    const auto stored = io::readReconstruction(scan.folder.file("result.h5"));
    CHECK(reconstruct(requestOf(stored, {}), {}).images.pixels == result.images.pixels);
    CHECK(asCommandLine(stored.protocol, "x.h5").find(" --calibration ") != std::string::npos);
    io::saveArray(scan.request.calibrationFile, scan.centre(6, 20, 24), "kspace");
    CHECK_THROWS_WITH_AS((void)requestOf(stored, {}), doctest::Contains("calibration scan"), InputError);
}

TEST_CASE("the cells of a sweep share a calibration scan, and their table names it") {
    Scan scan;
    SweepRequest sweep;
    SweepScan swept;
    swept.name = "phantom";
    swept.acquisition = scan.request.acquisition;
    swept.calibrationFile = scan.folder.file("calibration.npy");
    io::saveArray(swept.calibrationFile, scan.centre(6, 24, 24), "kspace");
    sweep.scans = {swept};
    sweep.masks = {scan.request.mask};
    sweep.methods = {{"cg-sense", {}, {{"iterations", {"5", "30"}}}}};
    sweep.threads = 1;
    std::vector<ComplexArray> images;
    const auto table = session::sweep(sweep, {}, {}, {}, [&](const SweepMade& made) { images.push_back(made.result.images.pixels); });
    REQUIRE(images.size() == 2);  // without it there is no centre to estimate maps from, and both fail
    scan.request.calibrationFile = swept.calibrationFile;
    scan.request.parameters = ParamValues(plugins().method("cg-sense").params);
    scan.request.parameters.set("iterations", std::int64_t{30});
    CHECK(images[1] == reconstruct(scan.request, {}).images.pixels);
    const auto record = recordOf(sweep);
    CHECK(record.scans.front().calibration == "calibration.npy");
    CHECK(SweepRecord::fromJson(record.toJson(table.cells)).scans.front().calibration == "calibration.npy");
    std::vector<std::string> problems;
    CHECK(projectOf(record, scan.folder.path(), problems).calibrationFile == swept.calibrationFile);
    sweep.scans.front().calibrationFile.clear();
    CHECK_THROWS_WITH_AS((void)session::sweep(sweep, {}, table), doctest::Contains("calibration"), UsageError);
}

TEST_CASE("calibration scans that do not fit are refused") {
    Scan scan;
    scan.request.calibrationFile = scan.folder.file("calibration.npy");
    io::saveArray(scan.request.calibrationFile, scan.centre(5, 24, 24), "kspace");
    CHECK_THROWS_WITH_AS((void)reconstruct(scan.request, {}), doctest::Contains("5 coils"), InputError);
    test::PhantomScan other;
    other.coils = 6;
    other.phaseMm = 150;
    scan.request.calibrationFile = test::writePhantomScan(scan.folder.file("other.h5"), other);
    CHECK_THROWS_WITH_AS((void)reconstruct(scan.request, {}), doctest::Contains("field of view"), InputError);
    scan.request.mapsFile = "maps.npy";
    CHECK_THROWS_AS((void)reconstruct(scan.request, {}), UsageError);
}
