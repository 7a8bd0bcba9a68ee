// DICOM files of DCMTK's dump2dcm: single frames in a folder and enhanced files of several, explicit and implicit.
#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

/// Python: save(name, dump, pixels, syntax) makes a file out of DCMTK's text form; common(...) holds what most files say.
const std::string kDump = R"(
import sys, os, subprocess
import numpy as np
folder = sys.argv[1] + '/'
def common(series='1.2.3', instance=1, kind='ORIGINAL\\PRIMARY\\M', bits=16, stored=12, signed=0, rows=5, columns=4, more=''):
    return '''(0008,0008) CS [%s]
(0008,0016) UI [1.2.840.10008.5.1.4.1.1.4]
(0008,0018) UI [1.2.3.%d]
(0010,0010) PN [Secret^Name]
(0020,000e) UI [%s]
(0020,0013) IS [%d]
(0028,0002) US 1
(0028,0004) CS [MONOCHROME2]
(0028,0010) US %d
(0028,0011) US %d
(0028,0100) US %d
(0028,0101) US %d
(0028,0102) US %d
(0028,0103) US %d
%s''' % (kind, instance, series, instance, rows, columns, bits, stored, stored - 1, signed, more)
def place(z, slope=2, intercept=-1):
    return '''(0018,0050) DS [3]
(0020,0032) DS [-10\\-20\\%g]
(0020,0037) DS [1\\0\\0\\0\\1\\0]
(0028,0030) DS [0.75\\0.5]
(0028,1052) DS [%g]
(0028,1053) DS [%g]
''' % (z, intercept, slope)
def save(name, dump, pixels, syntax='+te'):
    pixels.tofile(folder + 'pixels.raw')
    open(folder + 'dump.txt', 'w').write(dump + '(7fe0,0010) OW =%s\n' % (folder + 'pixels.raw'))
    os.makedirs(os.path.dirname(folder + name), exist_ok=True)
    subprocess.run(['dump2dcm', '-q', syntax, folder + 'dump.txt', folder + name], check=True)
)";

bool haveDcmtk() {
    const bool found = runProgram("dump2dcm", {"--version"}).exitCode == 0;
    if (!found) MESSAGE("SKIPPED: dcmtk is not installed");
    return found;
}

}  // namespace

TEST_CASE("DICOM: a folder is a series, sorted by place, scaled, with its geometry") {
    if (!haveDcmtk()) return;
    for (const std::string syntax : {"+te", "+ti"}) {
        CAPTURE(syntax);
        const TempDir dir;
        runPython(kDump + R"(
for i, z in enumerate((8, 0, 4)):  # instance 1 lies on top
    save('series/%d.dcm' % i, common(instance=i + 1, more=place(z)), (np.arange(20) + 100 * z).astype('<u2'), ')" +
                      syntax + R"(')
open(folder + 'series/README.txt', 'w').write('no image')
)",
                  {dir.path()});
        const ImageStack images = io::readImages(dir.file("series"));
        CHECK(images.isReal);
        REQUIRE(images.pixels.shape() == Shape{3, 5, 4});
        CHECK(images.pixels(0, 0, 0) == cfloat(-1));
        CHECK(images.pixels(1, 2, 3) == cfloat(2 * (11 + 400) - 1));
        CHECK(images.pixels(2, 4, 3) == cfloat(2 * (19 + 800) - 1));
        CHECK(images.geometry.pixel == PixelSize{0.75, 0.5});
        CHECK(images.geometry.sliceThicknessMm == 4);
        REQUIRE(images.geometry.patient);
        CHECK(images.geometry.patient->firstPixelMm == std::array<double, 3>{-10, -20, 0});
        CHECK(images.geometry.patient->readoutDirection == std::array<double, 3>{0, 1, 0});
        CHECK(images.geometry.patient->phaseDirection == std::array<double, 3>{1, 0, 0});
        CHECK(images.geometry.patient->sliceSpacingMm == 4);
        CHECK(io::openArrayFile(dir.file("series/1.dcm"))->read("").shape() == Shape{1, 5, 4});
        CHECK_FALSE(io::guessContent(dir.file("series")).isKspace);
    }
}

TEST_CASE("DICOM: an enhanced file, frames in another order than their places, signed bytes beside unused bits") {
    if (!haveDcmtk()) return;
    for (const std::string syntax : {"+te", "+ti"}) {
        CAPTURE(syntax);
        const TempDir dir;
        runPython(kDump + R"(
def item(z):
    return '''(fffe,e000) na
(0020,9113) SQ
(fffe,e000) na
(0020,0032) DS [0\\0\\%g]
(fffe,e00d) na
(fffe,e0dd) na
(0028,9145) SQ
(fffe,e000) na
(0028,1052) DS [%g]
(0028,1053) DS [1]
(fffe,e00d) na
(fffe,e0dd) na
(fffe,e00d) na
''' % (z, z)
shared = '''(5200,9229) SQ
(fffe,e000) na
(0020,9116) SQ
(fffe,e000) na
(0020,0037) DS [1\\0\\0\\0\\1\\0]
(fffe,e00d) na
(fffe,e0dd) na
(0028,9110) SQ
(fffe,e000) na
(0018,0050) DS [2]
(0028,0030) DS [1.5\\1.25]
(fffe,e00d) na
(fffe,e0dd) na
(fffe,e00d) na
(fffe,e0dd) na
'''
values = np.arange(40).reshape(2, 20) - 10
pixels = (values & 0xfff).astype('<u2') | 0xf000  # 12 bits count, those above are something else
save('enhanced.dcm', common(signed=1, more='(0028,0008) IS [2]\n' + shared + '(5200,9230) SQ\n' + item(6) + item(2) + '(fffe,e0dd) na\n'),
     pixels, ')" + syntax +
                      R"(')
)",
                  {dir.path()});
        const ImageStack images = io::readImages(dir.file("enhanced.dcm"));
        REQUIRE(images.pixels.shape() == Shape{2, 5, 4});
        CHECK(images.pixels(0, 0, 1) == cfloat(21 - 10 + 2));  // the second frame lies lower
        CHECK(images.pixels(1, 0, 1) == cfloat(1 - 10 + 6));
        CHECK(images.geometry.pixel == PixelSize{1.5, 1.25});
        REQUIRE(images.geometry.patient);
        CHECK(images.geometry.patient->sliceSpacingMm == 4);
    }
}

TEST_CASE("DICOM: what is no stack of magnitudes is refused with the reason") {
    if (!haveDcmtk()) return;
    const TempDir dir;
    runPython(kDump + R"(
p = np.zeros(20, '<u2')
save('two/1.dcm', common(), p)
save('two/2.dcm', common(series='1.2.4'), p)
save('sizes/1.dcm', common(), p)
save('sizes/2.dcm', common(rows=4), p)
save('phase.dcm', common(kind='ORIGINAL\\PRIMARY\\P\\ND'), p)
save('short.dcm', common(rows=50), p)
whole = open(folder + 'two/1.dcm', 'rb').read()
open(folder + 'cut.dcm', 'wb').write(whole[:len(whole) - 25])
open(folder + 'packed.dcm', 'wb').write(whole.replace(b'1.2.840.10008.1.2.1\0', b'1.2.840.10008.1.2.5\0'))
rng = np.random.default_rng(2)
for i in range(60):  # damage: an error or an image, never a crash
    bad = bytearray(whole)
    for at in rng.integers(132, len(bad), 4): bad[at] = rng.integers(0, 256)
    open(folder + 'bad%d.dcm' % i, 'wb').write(bad[:rng.integers(132, len(bad) + 1)])
os.makedirs(folder + 'empty')
)",
              {dir.path()});
    const auto error = [&](const char* name) { return ioErrorOf([&] { (void)io::readImages(dir.file(name)); }); };
    CHECK(error("two").find("several") != std::string::npos);
    CHECK(error("sizes").find("4 x 4") != std::string::npos);
    CHECK(error("phase.dcm").find("phase") != std::string::npos);
    CHECK(error("short.dcm").find("truncated") != std::string::npos);
    CHECK(error("cut.dcm").find("truncated") != std::string::npos);
    CHECK(error("packed.dcm").find("compressed") != std::string::npos);
    CHECK(error("empty").find("a folder") != std::string::npos);
    for (int i = 0; i < 60; ++i) {
        const std::string found = error(("bad" + std::to_string(i) + ".dcm").c_str());
        CAPTURE(found);
        CHECK(found.find("not an IoError") == std::string::npos);
    }
}
