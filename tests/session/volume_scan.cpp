// 3D k-space as slices along its readout: against numpy, and against BART for the whole way to the image.
#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/session/engine_host.h"
#include "core/session/open_scan.h"
#include "core/session/reconstruct.h"
#include "core/session/volume_scan.h"
#include "tests/support/bart.h"
#include "tests/support/ismrmrd_script.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::session;

namespace {

/// kspace.npy [partition, coil, readout, phase] of random numbers; slices.raw [readout, coil, phase, partition] by numpy.
const std::string kVolume = R"(
import sys, numpy as np
folder = sys.argv[1] + '/'
rng = np.random.default_rng(3)
k = (rng.normal(size=(5, 2, 9, 6)) + 1j * rng.normal(size=(5, 2, 9, 6))).astype('c8')
k[1, :, :, 2] = 0
np.save(folder + 'kspace.npy', k)
x = np.fft.fftshift(np.fft.ifft(np.fft.ifftshift(k, axes=2), axis=2, norm='ortho'), axes=2)
x.transpose(2, 1, 3, 0).astype('c8').tofile(folder + 'slices.raw')
)";

const io::LoadOptions kAxes{"", {Dim::Partition, Dim::Coil, Dim::Readout, Dim::Phase}};

}  // namespace

TEST_CASE("A volume's slices are the places of its transformed readout, however many of them fit into memory") {
    const test::TempDir dir;
    test::runPython(kVolume, {dir.path()});
    const ComplexArray expected({9, 2, 6, 5}, test::readRaw<cfloat>(dir.file("slices.raw")));
    const auto scan = openScan(dir.file("kspace.npy"), kAxes);
    CHECK(scan->header().imageDims == std::vector<NamedDim>{{Dim::Slice, 9}});
    CHECK(scan->header().encoded == Matrix{6, 5, 1});
    CHECK(scan->header().coils == 2);
    CHECK(scan->header().phaseEnd == 5);
    const std::int64_t placeBytes = 8 * 2 * 6 * 5;
    for (const std::int64_t places : {1, 4, 100}) {
        CAPTURE(places);
        const VolumeScan blocks(io::openAcquisition(dir.file("kspace.npy"), kAxes), places * placeBytes);
        for (const std::int64_t i : {8, 0, 3, 4}) CHECK(test::relativeError(blocks.readSlice(i), expected.slice(i)) < 1e-5);
    }
    // A line that was not acquired is zero in every slice.
    CHECK_FALSE(acquiredSamples(scan->readSlice(4)).samples()(2, 1));
    CHECK(acquiredSamples(scan->readSlice(4)).keptCount() == 29);
    CHECK_THROWS_AS((void)scan->readSlice(9), InputError);
    CHECK_FALSE(scan->readNoise());
    CHECK_FALSE(scan->readCalibration(0));
}

TEST_CASE("BART's 3D phantom comes out as BART transforms it") {
    if (!test::haveBart("3D phantom")) return;
    const test::TempDir dir;
    const auto bart = [&](const std::vector<std::string>& words) { REQUIRE(test::runProgram("bart", words).exitCode == 0); };
    bart({"phantom", "-3", "-k", "-s3", "-x14", dir.file("ksp")});
    bart({"resize", "-c", "1", "11", dir.file("ksp"), dir.file("small")});
    bart({"fft", "-u", "-i", "7", dir.file("small"), dir.file("coils")});
    bart({"rss", "8", dir.file("coils"), dir.file("rss")});
    const auto scan = openScan(dir.file("small"));
    CHECK(scan->header().imageDims == std::vector<NamedDim>{{Dim::Slice, 14}});
    CHECK(scan->header().encoded == Matrix{11, 14, 1});
    const auto reference = makeReference(*scan, {0, 6, 7, 13}, Combination::Rss, true, {});
    const ComplexArray expected = io::openArrayFile(dir.file("rss"))->read("");  // [.., z, y, x]
    for (std::int64_t i = 0; i < 4; ++i) {
        const std::int64_t x = std::array{0, 6, 7, 13}[static_cast<std::size_t>(i)];
        ComplexArray plane({11, 14});
        for (std::int64_t y = 0; y < 11; ++y)
            for (std::int64_t z = 0; z < 14; ++z) plane(y, z) = expected[(z * 11 + y) * 14 + x];
        CHECK(test::relativeError(toComplex(magnitude(reference.images.pixels.slice(i))), plane) < 1e-5);
    }
}

TEST_CASE("A geometric compression of 3D k-space is one mixture for each place along the readout, with any mask") {
    if (!test::haveBart("compression of 3D k-space")) return;
    const test::TempDir dir;
    const auto bart = [&](const std::vector<std::string>& words) { REQUIRE(test::runProgram("bart", words).exitCode == 0); };
    bart({"phantom", "-3", "-k", "-s8", "-x32", dir.file("ksp")});
    ReconstructionRequest request;
    request.acquisition = openScan(dir.file("ksp"));
    REQUIRE(request.acquisition->header().coils == 8);
    request.method = "zero-filled";
    request.parameters = ParamValues(plugins().method("zero-filled").params);
    request.parameters.setFromText("combination", "rss");
    request.mask = MaskChoice::fromText("poisson:R=2,acs=16,seed=1");
    request.threads = 1;
    const auto errorOf = [&](CoilCompression compression) {
        auto all = request;
        const auto whole = reconstruct(all, {}).images.pixels;
        all.coils.virtualCoils = 3;
        all.coils.compression = compression;
        return test::relativeError(reconstruct(all, {}).images.pixels, whole);
    };
    const auto geometric = errorOf(CoilCompression::Geometric), svd = errorOf(CoilCompression::Svd);
    MESSAGE("error of 3 of 8 coils: geometric ", geometric, ", svd ", svd);
    CHECK(geometric < 0.9 * svd);
    auto refused = request;
    refused.coils.virtualCoils = 3;
    refused.coils.compression = CoilCompression::Geometric;
    refused.method = "cg-sense";
    refused.mapsFile = dir.file("maps.cfl");
    bart({"ecalib", "-m1", dir.file("ksp"), dir.file("maps")});
    CHECK_THROWS_AS((void)reconstruct(refused, {}), Error);
}

TEST_CASE("A 3D ISMRMRD scan: oversampled readout, turned geometry, noise and calibration") {
    const test::TempDir dir;
    test::runPython(test::kPythonIsmrmrd + R"(
rng = np.random.default_rng(1)
k = (rng.normal(size=(2, 8, 6, 5)) + 1j * rng.normal(size=(2, 8, 6, 5))).astype('c8')
lines = [line(np.ones((2, 16)), flags=NOISE)]
lines += [line(k[:, :, e, p], e1=e, e2=p, flags=BOTH if e == 2 and p == 2 else 0, position=(1, 2, 3)) for p in range(5) for e in range(6)]
write(folder + 'scan.h5', lines, header((8, 6, 5), (4, 6, 4), (80, 30, 10), (40, 30, 8), limit(1, 0, 5, 3) + limit(2, 0, 4, 2)))
x = np.fft.fftshift(np.fft.ifft(np.fft.ifftshift(k, axes=1), axis=1, norm='ortho'), axes=1)
x.transpose(1, 0, 2, 3)[2:6].astype('c8').tofile(folder + 'slices.raw')
)",
                    {dir.path()});
    const auto scan = openScan(dir.file("scan.h5"));
    const AcquisitionHeader& header = scan->header();
    CHECK(header.imageDims == std::vector<NamedDim>{{Dim::Slice, 4}});
    CHECK(header.encoded == Matrix{6, 5, 1});
    CHECK(header.recon == Matrix{6, 4, 1});
    CHECK(header.geometry.pixel == PixelSize{5, 2});
    CHECK(header.geometry.sliceThicknessMm == 10);
    REQUIRE(header.geometry.patient);
    CHECK(header.geometry.patient->sliceDirection == std::array<double, 3>{1, 0, 0});
    CHECK(header.geometry.patient->readoutDirection == std::array<double, 3>{0, 1, 0});
    // The corner lies 2 places of 10 mm, 3 pixels of 5 mm and 2 pixels of 2 mm before the middle.
    CHECK(header.geometry.patient->firstPixelMm == std::array<double, 3>{1 - 20, 2 - 15, 3 - 4});
    const ComplexArray expected({4, 2, 6, 5}, test::readRaw<cfloat>(dir.file("slices.raw")));
    for (std::int64_t i = 0; i < 4; ++i) CHECK(test::relativeError(scan->readSlice(i), expected.slice(i)) < 1e-5);
    CHECK(scan->readNoise().value().shape() == Shape{2, 16});
    const ComplexArray calibration = scan->readCalibration(1).value();
    for (std::int64_t e = 0; e < 6; ++e)
        for (std::int64_t p = 0; p < 5; ++p) {
            const cfloat wanted = e == 2 && p == 2 ? expected(1, 1, e, p) : cfloat{};
            CHECK(std::abs(calibration(1, e, p) - wanted) < 1e-5);
        }
}

TEST_CASE("3D k-space with gaps along the readout is refused, with the place") {
    const test::TempDir dir;
    test::runPython(kVolume + "k[2, :, 1::2, 3] = 0\nnp.save(folder + 'kspace.npy', k)\n", {dir.path()});
    const auto scan = openScan(dir.file("kspace.npy"), kAxes);
    try {
        (void)scan->readSlice(0);
        FAIL("nothing was refused");
    } catch (const InputError& error) {
        CHECK(std::string(error.what()).find("phase encode 3 of partition 2") != std::string::npos);
    }
}
