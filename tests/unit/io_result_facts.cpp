// What a written result says of itself: slice distance in NIfTI, the protocol beside the file, names in capitals.
#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/log.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
namespace fs = std::filesystem;

namespace {

Reconstruction result(std::int64_t slices) {
    Reconstruction r;
    r.images.pixels = ramp({slices, 5, 7});
    r.images.name = r.protocol.method = "l1-wavelet";
    r.images.simulated = true;
    r.images.geometry.pixel = PixelSize{0.5, 0.75};
    for (std::int64_t s = 0; s < slices; ++s) r.protocol.slices.push_back(s);
    r.masks = {SamplingMask::fromColumns({1, 0, 1, 0, 1, 0, 1}, 5, "every other")};
    return r;
}

}  // namespace

TEST_CASE("NIfTI: the distance of the slices is what is known of it, or unknown") {
    const TempDir dir;
    const auto save = [&](const char* name, const std::vector<std::int64_t>& slices, std::optional<double> thickness,
                          bool hasPixel = true) {
        Reconstruction r = result(static_cast<std::int64_t>(slices.size()));
        r.protocol.slices = slices;
        r.images.geometry.sliceThicknessMm = thickness;
        if (!hasPixel) r.images.geometry.pixel.reset();
        io::saveReconstruction(dir.file(name), r);
    };
    save("next.nii", {4, 5, 6}, 2.5);
    save("every3.nii", {2, 5, 8}, 2.5);
    save("back.nii", {8, 6, 4}, 2.5);
    save("one.nii", {8}, 2.5);
    save("uneven.nii", {2, 3, 8}, 2.5);
    save("twice.nii", {2, 2}, 2.5);
    save("unknown.nii", {4, 5, 6}, std::nullopt);
    save("pixels.nii", {4, 5, 6}, 2.5, false);
    Reconstruction placed = result(2);
    placed.protocol.slices = {3, 5};
    placed.images.geometry.patient = PatientGeometry{{0, 1, 0}, {1, 0, 0}, {0, 0, 1}, {10, 20, 30}, 4};
    io::saveReconstruction(dir.file("placed.nii"), placed);
    CHECK(io::readReconstruction(dir.file("placed.nii")).images.geometry == placed.images.geometry);
    placed.protocol.slices = {3, 4, 7};
    placed.images.pixels = ramp({3, 5, 7});
    io::saveReconstruction(dir.file("scattered.nii"), placed);
    placed.protocol.places = 4;  // slices 1 and 3 of frames 0 and 2
    placed.protocol.slices = {1, 3, 9, 11};
    placed.images.pixels = ramp({4, 5, 7});
    io::saveReconstruction(dir.file("series.nii"), placed);
    CHECK(io::readReconstruction(dir.file("series.nii")).images.pixels.shape() == Shape{4, 5, 7});
    placed.protocol.slices = {1, 3, 9, 10};
    io::saveReconstruction(dir.file("mixed.nii"), placed);
    runPython(R"(
import sys, struct
def header(name):
    data = open(sys.argv[1] + '/' + name + '.nii', 'rb').read(352)
    return struct.unpack_from('<f', data, 88)[0], data[123], b'slice spacing unknown' in data[148:228], struct.unpack_from('<h', data, 254)[0], struct.unpack_from('<4f', data, 312)
mm = 2
for name, spacing in (('next', 2.5), ('every3', 7.5), ('back', 5), ('one', 2.5)): assert header(name)[:3] == (spacing, mm, False), name
for name in ('uneven', 'twice', 'unknown'): assert header(name)[1:3] == (0, True), name
assert header('pixels')[:2] == (2.5, 0)
assert header('placed')[:2] == (8, mm) and header('placed')[3:] == (1, (0, 0, 8, 42))
assert header('scattered')[1:4] == (0, True, 0)
assert header('series')[:2] == (8, mm) and header('series')[3:] == (1, (0, 0, 8, 34))
dims = lambda name: struct.unpack_from('<5h', open(sys.argv[1] + '/' + name + '.nii', 'rb').read(352), 40)
assert dims('series') == (4, 7, 5, 2, 2) and dims('placed') == (3, 7, 5, 2, 1)
assert header('mixed')[1:4] == (0, True, 0) and dims('mixed') == (3, 7, 5, 4, 1)
)",
              {dir.path()});
    CHECK(io::readReconstruction(dir.file("next.nii")).images.geometry.sliceThicknessMm == 2.5);
}

TEST_CASE("a protocol beside a file that another program wrote to since is not believed") {
    const TempDir dir;
    for (const char* name : {"r.npy", "r.cfl", "r.nii.gz", "r.png"}) {
        CAPTURE(name);
        io::saveReconstruction(dir.file(name), result(1));
        fs::rename(dir.file(name), dir.file(std::string("moved-") + name));
        fs::rename(dir.file(std::string(name) + ".json"), dir.file(std::string("moved-") + name + ".json"));
        if (std::string(name) == "r.cfl") fs::rename(dir.file("r.hdr"), dir.file("moved-r.hdr"));
        CHECK(io::readReconstruction(dir.file(std::string("moved-") + name)).protocol.method == "l1-wavelet");
    }
    runPython(kPythonRamp + "np.save(folder + 'moved-r.npy', 2 * ramp(1, 5, 7))", {dir.path()});
    const std::string path = dir.file("moved-r.npy");
    CHECK(ioErrorOf([&] { (void)io::readReconstruction(path); }).find("written to since") != std::string::npos);
    std::vector<std::string> warnings;
    const int sink = addLogSink([&](const LogLine& line) { warnings.push_back(line.text); }, LogLevel::Warning);
    const auto images = io::readImages(path);
    removeLogSink(sink);
    CHECK(images.name == "moved-r.npy");
    CHECK_FALSE(images.simulated);
    CHECK_FALSE(images.geometry.pixel);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("moved-r.npy.json is not used") != std::string::npos);
}

TEST_CASE("extensions in capitals") {
    const TempDir dir;
    for (const char* name : {"R.NPY", "R.H5", "R.CFL", "R.NII", "R.NII.GZ", "R.PNG"}) {
        CAPTURE(name);
        io::checkOutputPath(dir.file(name));
        io::saveReconstruction(dir.file(name), result(1));
        CHECK(io::readReconstruction(dir.file(name)).images.pixels.shape() == Shape{1, 5, 7});
    }
    for (const char* name : {"M.NPY", "M.H5", "M.CFL", "M.PNG"}) {
        CAPTURE(name);
        io::saveMask(dir.file(name), result(1).masks.front());
        CHECK(io::readMask(dir.file(name), 5, 7).samples() == result(1).masks.front().samples());
    }
}
