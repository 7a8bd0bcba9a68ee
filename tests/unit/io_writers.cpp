// What Larmor writes, read by h5py, numpy, BART and by the format's definition.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "tests/support/names_in.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
namespace fs = std::filesystem;

namespace {

Reconstruction result(std::int64_t slices = 3) {
    Reconstruction r;
    r.images.pixels = ramp({slices, 5, 7});
    r.images.name = "l1-wavelet";
    r.images.simulated = true;
    r.images.geometry.pixel = PixelSize{0.5, 0.75};
    r.protocol.method = "l1-wavelet";
    r.protocol.parameters = {{"lambda", 0.01}};
    r.protocol.mask = "equispaced:R=4,acs=24,seed=1";
    for (std::int64_t s = 0; s < slices; ++s) r.protocol.slices.push_back(s);
    ByteArray mask({5, 7});
    for (std::int64_t n = 0; n < 35; ++n) mask[n] = n % 7 % 2 == 0;
    r.masks = {SamplingMask(mask, r.protocol.mask)};
    r.trace = {{0, 1, 0.5}, {0, 2, 0.25}};
    r.seconds = 1.5;
    return r;
}

void checkSame(const Reconstruction& found, const Reconstruction& expected) {
    CHECK(found.images.name == expected.images.name);
    CHECK(found.images.simulated);
    CHECK(found.images.geometry.pixel == expected.images.geometry.pixel);
    CHECK(found.protocol.toJson() == expected.protocol.toJson());
    REQUIRE(found.trace.size() == 2);
    CHECK(found.trace[1].residual == 0.25);
    CHECK(found.seconds == 1.5);
}

}  // namespace

TEST_CASE("result as HDF5: h5py reads it, we read it back, the same bytes each time") {
    const TempDir dir;
    io::saveReconstruction(dir.file("r.h5"), result());
    io::saveReconstruction(dir.file("again.h5"), result());
    CHECK(readFile(dir.file("r.h5")) == readFile(dir.file("again.h5")));
    CHECK(namesIn(dir) == std::vector<std::string>{"again.h5", "r.h5"});
    runPython(kPythonRamp + R"(
import h5py, json
f = h5py.File(folder + 'r.h5')
assert f['reconstruction'].dtype == np.complex64 and np.array_equal(f['reconstruction'][:], ramp(3, 5, 7))
assert f['mask'].dtype == np.uint8 and np.array_equal(f['mask'][:], np.tile([1, 0, 1, 0, 1, 0, 1], (5, 1)))
p = json.loads(f.attrs['larmor_protocol'])
assert p['method'] == 'l1-wavelet' and p['parameters']['lambda'] == 0.01
assert f['provenance'].attrs['method'] == 'l1-wavelet' and '/' not in f['provenance'].attrs.get('source_file', '')
assert 'Research use only' in f.attrs['research_use_only'] and f.attrs['larmor_version'] and f.attrs['larmor_simulated']
assert (f.attrs['pixel_size_readout_mm'], f.attrs['pixel_size_phase_mm']) == (0.5, 0.75)
)",
              {dir.path()});
    const Reconstruction back = io::readReconstruction(dir.file("r.h5"));
    checkSame(back, result());
    CHECK(back.images.pixels == ramp({3, 5, 7}));
    CHECK(back.masks == result().masks);
    const auto images = io::readImages(dir.file("r.h5"));
    CHECK(images.pixels == ramp({3, 5, 7}));
    CHECK(images.name == "l1-wavelet");
    CHECK(images.simulated);
    CHECK_FALSE(io::guessContent(dir.file("r.h5")).isKspace);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("r.h5")); }).find("k-space") != std::string::npos);
}

TEST_CASE("result with a mask a slice") {
    const TempDir dir;
    Reconstruction r = result(2);
    r.masks = {SamplingMask::full(5, 7), SamplingMask::fromColumns({1, 0, 1, 0, 1, 0, 1}, 5, "other")};
    r.masks[0] = SamplingMask(r.masks[0].samples(), "first");
    io::saveReconstruction(dir.file("r.h5"), r);
    CHECK(io::readReconstruction(dir.file("r.h5")).masks == r.masks);
}

TEST_CASE("result as npy, cfl and NIfTI, with the protocol beside it") {
    const TempDir dir;
    for (const char* name : {"r.npy", "r.cfl", "r.nii", "r.nii.gz"}) io::saveReconstruction(dir.file(name), result());
    CHECK(namesIn(dir) == std::vector<std::string>{"r.cfl", "r.cfl.json", "r.hdr", "r.nii", "r.nii.gz", "r.nii.gz.json", "r.nii.json",
                                                   "r.npy", "r.npy.json"});
    runPython(kPythonRamp + R"(
import json, gzip, struct
x = ramp(3, 5, 7)
y = np.load(folder + 'r.npy')
assert y.dtype == np.complex64 and np.array_equal(x, y)
assert json.load(open(folder + 'r.npy.json'))['protocol']['method'] == 'l1-wavelet'
data = open(folder + 'r.nii', 'rb').read()
assert gzip.open(folder + 'r.nii.gz').read() == data
assert struct.unpack_from('<i', data, 0)[0] == 348 and data[344:348] == b'n+1\0' and len(data) == 352 + 4 * 105
assert struct.unpack_from('<8h', data, 40) == (3, 7, 5, 3, 1, 1, 1, 1)
assert struct.unpack_from('<2h', data, 70) == (16, 32) and struct.unpack_from('<f', data, 108)[0] == 352
assert struct.unpack_from('<4f', data, 76)[1:] == (0.75, 0.5, 1.0)
assert struct.unpack_from('<2h', data, 252) == (0, 0) and b'simulated' in data[148:228]
z = np.frombuffer(data, '<f4', offset=352).reshape(3, 5, 7)
assert np.allclose(z[:, ::-1], np.abs(x), rtol=1e-6)
)",
              {dir.path()});
    // The image as BART sees it: dimensions, and the sum over its slices.
    const auto shown = runProgram("bart", {"show", "-m", dir.file("r")});
    CHECK(shown.out.find("AoD:\t5\t7\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t1\t3\t1\t1") != std::string::npos);
    REQUIRE(runProgram("bart", {"slice", "13", "2", dir.file("r"), dir.file("one")}).exitCode == 0);
    CHECK(io::readImages(dir.file("one")).pixels == ramp({3, 5, 7}).slice(2).reshaped({1, 5, 7}));
    for (const char* name : {"r.npy", "r.cfl"}) {
        CAPTURE(name);
        checkSame(io::readReconstruction(dir.file(name)), result());
        CHECK(io::readReconstruction(dir.file(name)).images.pixels == ramp({3, 5, 7}));
    }
    CHECK(io::readImages(dir.file("r.nii.gz")).pixels == toComplex(magnitude(ramp({3, 5, 7}))));
    fs::remove(dir.file("r.npy.json"));
    CHECK(ioErrorOf([&] { (void)io::readReconstruction(dir.file("r.npy")); }).find("r.npy.json") != std::string::npos);
}

TEST_CASE("NIfTI keeps the place in the patient") {
    const TempDir dir;
    Reconstruction r = result();
    const double c = std::cos(0.3), s = std::sin(0.3);
    r.images.geometry.patient = PatientGeometry{{0, c, -s}, {1, 0, 0}, {0, s, c}, {-12.5, 30, 7}, 4};
    io::saveReconstruction(dir.file("r.nii"), r);
    runPython(R"(
import sys, struct, numpy as np
data = open(sys.argv[1] + '/r.nii', 'rb').read()
qform, sform = struct.unpack_from('<2h', data, 252)
assert (qform, sform) == (1, 1)
m = np.array(struct.unpack_from('<12f', data, 280)).reshape(3, 4)
c, s = np.cos(0.3), np.sin(0.3)
# Row 2, column 3 of slice 1 in LPS mm; in RAS the first two change sign; the row is stored as 4 - 2.
lps = np.array([-12.5, 30, 7]) + 2 * 0.5 * np.array([0, c, -s]) + 3 * 0.75 * np.array([1, 0, 0]) + 4 * np.array([0, s, c])
assert np.allclose(m @ [3, 4 - 2, 1, 1], lps * [-1, -1, 1], atol=1e-5)
b, cq, d = struct.unpack_from('<3f', data, 256)
a = np.sqrt(max(0, 1 - b * b - cq * cq - d * d))
qfac = struct.unpack_from('<f', data, 76)[0]
R = np.array([[a*a+b*b-cq*cq-d*d, 2*(b*cq-a*d), 2*(b*d+a*cq)], [2*(b*cq+a*d), a*a+cq*cq-b*b-d*d, 2*(cq*d-a*b)], [2*(b*d-a*cq), 2*(cq*d+a*b), a*a+d*d-b*b-cq*cq]])
assert np.allclose(R * [0.75, 0.5, 4 * qfac], m[:, :3], atol=1e-5)
)",
              {dir.path()});
    const auto back = io::readImages(dir.file("r.nii"));
    REQUIRE(back.geometry.patient);
    for (std::size_t d = 0; d < 3; ++d) {
        CHECK(back.geometry.patient->firstPixelMm[d] == doctest::Approx(r.images.geometry.patient->firstPixelMm[d]).epsilon(1e-5));
        CHECK(back.geometry.patient->readoutDirection[d] == doctest::Approx(r.images.geometry.patient->readoutDirection[d]).epsilon(1e-5));
    }
    io::saveReconstruction(dir.file("r.h5"), r);
    CHECK(io::readReconstruction(dir.file("r.h5")).images.geometry == r.images.geometry);
}

TEST_CASE("result as PNG: one picture, or one a slice; numbers that are none are black") {
    const TempDir dir;
    io::saveReconstruction(dir.file("one.png"), result(1));
    Reconstruction two = result(2);
    two.protocol.slices = {7, 9};
    io::saveReconstruction(dir.file("many.png"), two);
    CHECK(namesIn(dir) == std::vector<std::string>{"many.png.json", "many_007.png", "many_009.png", "one.png", "one.png.json"});
    const auto file = io::openArrayFile(dir.file("one.png"));
    CHECK(file->entries().at(0).shape == Shape{5, 7});
    // 35 pixels: the 99.5 percentile is the largest, so the last pixel is white and pixel n has |x_n| / |x_34| of it.
    const ComplexArray grey = file->read("");
    const RealArray x = magnitude(ramp({5, 7}));
    for (std::int64_t n = 0; n < 35; ++n) CHECK(grey[n].real() == std::round(255 * x[n] / x[34]));
    for (const std::string& message : {ioErrorOf([&] { (void)io::readReconstruction(dir.file("many.png")); }),
                                       ioErrorOf([&] { (void)io::readImages(dir.file("many.png")); })}) {
        CAPTURE(message);
        CHECK(message.find("2 pictures of single slices: many_007.png to many_009.png") != std::string::npos);
    }
    CHECK(io::readImages(dir.file("many_009.png")).pixels.shape() == Shape{1, 5, 7});
    CHECK(io::readReconstruction(dir.file("one.png")).protocol.slices == std::vector<std::int64_t>{0});
    Reconstruction broken = result(1);
    broken.images.pixels[3] = std::numeric_limits<float>::quiet_NaN();
    io::saveReconstruction(dir.file("broken.png"), broken);
    CHECK(io::openArrayFile(dir.file("broken.png"))->read("")[3] == cfloat(0));
}

TEST_CASE("arrays and masks: numpy, h5py and BART read them") {
    const TempDir dir;
    ByteArray samples({5, 7});
    for (std::int64_t n = 0; n < 35; ++n) samples[n] = n % 3 == 0;
    const SamplingMask mask(samples, "every third");
    for (const char* ext : {".npy", ".h5", ".cfl"}) {
        io::saveArray(dir.file(std::string("maps") + ext), ramp({4, 5, 7}), "maps");
        io::saveMask(dir.file(std::string("mask") + ext), mask);
    }
    io::saveArray(dir.file("volume.cfl"), ramp({2, 4, 5, 7}), "maps");
    io::saveMask(dir.file("mask.png"), mask);
    runPython(kPythonRamp + R"(
import h5py
m = np.arange(35).reshape(5, 7) % 3 == 0
assert np.array_equal(np.load(folder + 'maps.npy'), ramp(4, 5, 7))
assert np.array_equal(h5py.File(folder + 'maps.h5')['maps'][:], ramp(4, 5, 7))
saved = np.load(folder + 'mask.npy')
assert saved.dtype == np.uint8 and np.array_equal(saved, m)
assert np.array_equal(h5py.File(folder + 'mask.h5')['mask'][:], m)
assert h5py.File(folder + 'mask.h5')['mask'].attrs['description'] == 'every third'
assert np.array_equal(np.fromfile(folder + 'mask.cfl', 'c8').reshape(7, 5).T, m)
assert np.array_equal(np.fromfile(folder + 'maps.cfl', 'c8').reshape(4, 7, 5).transpose(0, 2, 1), ramp(4, 5, 7))
)",
              {dir.path()});
    CHECK(runProgram("bart", {"show", "-m", dir.file("volume")}).out.find("AoD:\t5\t7\t1\t4\t1\t1\t1\t1\t1\t1\t1\t1\t1\t2\t1\t1") !=
          std::string::npos);
    CHECK(io::readCoilMaps(dir.file("volume.cfl")) == ramp({2, 4, 5, 7}));
    for (const char* ext : {".npy", ".h5", ".cfl", ".png"})
        CHECK(io::readMask(dir.file(std::string("mask") + ext), 5, 7).samples() == samples);
    CHECK_THROWS_AS(io::saveMask(dir.file("mask.tiff"), mask), UsageError);
    CHECK_THROWS_AS(io::saveArray(dir.file("maps.png"), ramp({4, 5, 7}), "maps"), UsageError);
}

TEST_CASE("pictures in colour") {
    const TempDir dir;
    ByteArray pixels({3, 5, 3});
    for (std::int64_t n = 0; n < pixels.size(); ++n) pixels[n] = static_cast<std::uint8_t>(5 * n);
    io::savePng(dir.file("rgb.png"), pixels, 3);
    const ComplexArray back = io::openArrayFile(dir.file("rgb.png"))->read("");
    REQUIRE(back.shape() == Shape{3, 5, 3});
    for (std::int64_t n = 0; n < pixels.size(); ++n) CHECK(back[n] == cfloat(static_cast<float>(pixels[n])));
    CHECK_THROWS_AS(io::savePng(dir.file("bad.png"), pixels, 2), ShapeError);
}

TEST_CASE("k-space volume in fastMRI's layout") {
    const TempDir dir;
    io::KspaceWriter::Header header;
    header.slices = 3;
    header.coils = 2;
    header.encoded = {22, 15, 1};
    header.recon = {11, 11, 1};
    header.encodedFov = {440, 300, 4};
    header.reconFov = {220, 220, 4};
    header.contrast = "T1 <head> & more";
    header.simulation = "2 smooth coils";
    const ComplexArray kspace = ramp({3, 2, 22, 15});
    {
        io::KspaceWriter writer(dir.file("scan.h5"), header);
        CHECK_FALSE(fs::exists(dir.file("scan.h5")));
        for (std::int64_t s = 0; s < 3; ++s) writer.writeSlice(s, kspace.slice(s), RealArray({11, 11}, static_cast<float>(s + 1)));
        CHECK_THROWS_AS(writer.writeSlice(3, kspace.slice(0), RealArray({11, 11})), ShapeError);
        CHECK_THROWS_AS(writer.writeSlice(0, kspace.slice(0), RealArray({11, 12})), ShapeError);
        writer.finish();
    }
    CHECK(namesIn(dir) == std::vector<std::string>{"scan.h5"});
    runPython(kPythonRamp + R"(
import h5py
import xml.etree.ElementTree as etree
f = h5py.File(folder + 'scan.h5')
assert f['kspace'].dtype == np.complex64 and np.array_equal(f['kspace'][:], ramp(3, 2, 22, 15))
assert np.array_equal(f['reconstruction_rss'][:], np.ones((3, 11, 11)) * np.arange(1, 4)[:, None, None])
assert f.attrs['max'] == 3 and np.isclose(f.attrs['norm'], np.sqrt(121 * 14)) and f.attrs['acquisition'] == 'T1 <head> & more'
assert 'patient_id' not in f.attrs and f.attrs['larmor_simulated'] and f.attrs['larmor_simulation'] == '2 smooth coils'
ns = {'m': 'http://www.ismrm.org/ISMRMRD'}
root = etree.fromstring(f['ismrmrd_header'][()])
def get(path): return float(root.find('/'.join('m:' + p for p in path.split('/')), ns).text)
assert [get('encoding/encodedSpace/matrixSize/' + a) for a in 'xyz'] == [22, 15, 1]
assert [get('encoding/reconSpace/matrixSize/' + a) for a in 'xyz'] == [11, 11, 1]
assert [get('encoding/encodedSpace/fieldOfView_mm/' + a) for a in 'xyz'] == [440, 300, 4]
limits = 'encoding/encodingLimits/kspace_encoding_step_1/'
left = 15 // 2 - get(limits + 'center')
assert left == 0 and left + get(limits + 'maximum') + 1 == 15
)",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("scan.h5"));
    CHECK(scan->header().encoded == header.encoded);
    CHECK(scan->header().recon == header.recon);
    CHECK(scan->header().encodedFov == header.encodedFov);
    CHECK(scan->header().contrast == header.contrast);
    CHECK(scan->header().provenance.simulated);
    CHECK(scan->header().provenance.simulation == "2 smooth coils");
    CHECK(scan->header().phaseEnd == 15);
    CHECK(scan->readSlice(2) == kspace.slice(2));
    CHECK(io::readImages(dir.file("scan.h5")).simulated);
    {
        io::KspaceWriter unfinished(dir.file("half.h5"), header);
        unfinished.writeSlice(0, kspace.slice(0), RealArray({11, 11}));
        CHECK(ioErrorOf([&] { unfinished.finish(); }).find("expected 3 slices, found 1") != std::string::npos);
    }
    CHECK(namesIn(dir) == std::vector<std::string>{"scan.h5"});
}

TEST_CASE("a result as MATLAB v5: scipy reads it in MATLAB's order, and it is read back with its protocol") {
    const TempDir dir;
    for (const std::int64_t slices : {1, 3}) {
        CAPTURE(slices);
        Reconstruction some = result(1);
        some.images.pixels = ramp({slices, 5, 7});
        some.masks.clear();
        some.protocol.slices.clear();
        for (std::int64_t i = 0; i < slices; ++i) some.protocol.slices.push_back(i);
        io::saveReconstruction(dir.file("r.mat"), some);
        runPython(kPythonRamp + R"(
import scipy.io
slices = int(sys.argv[2])
found = scipy.io.loadmat(folder + 'r.mat')['reconstruction']
expected = ramp(slices, 5, 7).transpose(1, 2, 0)
assert found.dtype == np.complex64, found.dtype
assert np.array_equal(found, expected if slices > 1 else expected[..., 0]), found.shape
)",
                  {dir.path(), std::to_string(slices)});
        CHECK(io::readImages(dir.file("r.mat")).pixels == some.images.pixels);
        CHECK(io::carriesProtocol(dir.file("r.mat")));
        CHECK(io::readReconstruction(dir.file("r.mat")).protocol.toJson() == some.protocol.toJson());
    }
}

TEST_CASE("a picture of 16 bits: values up to 65535 at the top of the window, as another reader sees them") {
    const TempDir dir;
    Reconstruction some = result(1);
    some.masks.clear();
    some.images.pixels = ComplexArray({1, 16, 16});
    for (std::int64_t i = 0; i < 256; ++i) some.images.pixels[i] = static_cast<float>(i < 250 ? i : 250);
    io::saveReconstruction(dir.file("r.png"), some, {16});
    runPython(R"(
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
at, rows = 8, b''
while at < len(data):
    length, kind = struct.unpack('>I4s', data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    if kind == b'IHDR': assert struct.unpack('>IIBBBBB', body) == (16, 16, 16, 0, 0, 0, 0), body
    if kind == b'IDAT': rows += body
    at += 12 + length
rows = zlib.decompress(rows)
out, last = [], bytes(32)
for y in range(16):
    line, filter_kind = bytearray(rows[y * 33 + 1:(y + 1) * 33]), rows[y * 33]
    for x in range(32):
        a, b, c = line[x - 2] if x > 1 else 0, last[x], last[x - 2] if x > 1 else 0
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        line[x] = (line[x] + [0, a, b, (a + b) // 2, paeth][filter_kind]) & 255
    out += struct.unpack('>16H', bytes(line))
    last = bytes(line)
for i, value in enumerate(out): assert abs(value - 65535 * min(i, 250) / 250) < 0.51, (i, value)
)",
              {dir.file("r.png")});
    CHECK(io::readImages(dir.file("r.png")).pixels(0, 0, 1) == cfloat(262));
    CHECK_THROWS_AS(io::saveReconstruction(dir.file("x.png"), some, {12}), UsageError);
}
