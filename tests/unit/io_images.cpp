// Images, coil maps and masks of other programs.
#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

TEST_CASE("images: two dimensions are one slice, NumPy, MATLAB and BART orders agree") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io, h5py
x = ramp(3, 5, 7)
np.save(folder + 'stack', x)
np.save(folder + 'one', x[0])
np.save(folder + 'series', x.reshape(3, 1, 5, 7))
scipy.io.savemat(folder + 'stack.mat', {'x': x.transpose(1, 2, 0)})
def cfl(name, dims, data):
    open(folder + name + '.hdr', 'w').write('# Dimensions\n' + ' '.join(map(str, dims)) + '\n')
    data.tofile(folder + name + '.cfl')
cfl('slices', [5, 7] + [1] * 11 + [3], x.transpose(0, 2, 1))
cfl('volume', [5, 7, 3], x.transpose(0, 2, 1))
cfl('plane', [1, 5, 7], x[0].T)
with h5py.File(folder + 'stack.h5', 'w') as f:
    f['kspace'] = ramp(3, 2, 9, 9)
    f['reconstruction_rss'] = x.real
)",
              {dir.path()});
    for (const char* name : {"stack.npy", "series.npy", "stack.mat", "slices.cfl", "volume"}) {
        CAPTURE(name);
        const auto images = io::readImages(dir.file(name));
        CHECK(images.pixels == ramp({3, 5, 7}));
        CHECK_FALSE(images.isReal);
        CHECK_FALSE(images.geometry.pixel);
    }
    CHECK(io::readImages(dir.file("one.npy")).pixels == ramp({1, 5, 7}));
    CHECK(io::readImages(dir.file("plane.cfl")).pixels == ramp({1, 5, 7}));
    const auto rss = io::readImages(dir.file("stack.h5"));
    CHECK(rss.pixels == realRamp({3, 5, 7}));
    CHECK(rss.isReal);
    CHECK(rss.name == "reconstruction_rss");
    CHECK(io::readImages(dir.file("stack.h5"), "kspace").pixels.shape() == Shape{6, 9, 9});
}

TEST_CASE("images: NIfTI rows start at the front, with their place in the patient") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import struct
def write(name, rows, code):
    h = bytearray(352)
    struct.pack_into('<i', h, 0, 348); struct.pack_into('<8h', h, 40, 3, 7, 5, 3, 1, 1, 1, 1)
    struct.pack_into('<2h', h, 70, 16, 32); struct.pack_into('<8f', h, 76, 1, 2, 3, 4, 0, 0, 0, 0); struct.pack_into('<f', h, 108, 352)
    struct.pack_into('<2h', h, 252, 0, code); struct.pack_into('<12f', h, 280, *rows)
    h[344:348] = b'n+1\0'
    open(folder + name, 'wb').write(bytes(h) + real_ramp(3, 5, 7).astype('f4').tobytes())
write('ras.nii', [2, 0, 0, -10, 0, 3, 0, -20, 0, 0, 4, -30], 1)
write('lps.nii', [-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, -30], 1)
write('none.nii', [0] * 12, 0)
)",
              {dir.path()});
    ComplexArray flipped({3, 5, 7});
    for (std::int64_t z = 0; z < 3; ++z)
        for (std::int64_t y = 0; y < 5; ++y)
            for (std::int64_t x = 0; x < 7; ++x) flipped(z, y, x) = realRamp({3, 5, 7})(z, 4 - y, x);
    const auto ras = io::readImages(dir.file("ras.nii"));
    CHECK(ras.pixels == flipped);
    CHECK(ras.isReal);
    CHECK(ras.geometry.pixel == PixelSize{3, 2});
    REQUIRE(ras.geometry.patient);
    // Pixel (0, 0) of slice 0 is voxel (0, 4, 0): x = -10, y = -20 + 4 * 3 = -8, z = -30 in RAS+.
    CHECK(ras.geometry.patient->firstPixelMm == std::array<double, 3>{10, 8, -30});
    CHECK(ras.geometry.patient->phaseDirection == std::array<double, 3>{-1, 0, 0});
    CHECK(ras.geometry.patient->readoutDirection == std::array<double, 3>{0, 1, 0});
    CHECK(ras.geometry.patient->sliceDirection == std::array<double, 3>{0, 0, 1});
    CHECK(ras.geometry.patient->sliceSpacingMm == 4);
    const auto lps = io::readImages(dir.file("lps.nii"));
    CHECK(lps.pixels == realRamp({3, 5, 7}));
    CHECK(lps.geometry.patient->readoutDirection == std::array<double, 3>{0, 1, 0});
    CHECK(lps.geometry.patient->firstPixelMm == std::array<double, 3>{-10, -20, -30});
    const auto none = io::readImages(dir.file("none.nii"));
    CHECK(none.pixels == flipped);
    CHECK(none.geometry.pixel == PixelSize{3, 2});
    CHECK_FALSE(none.geometry.patient);
}

TEST_CASE("content: k-space by its centre, images by their spread, whatever the name says") {
    const TempDir dir;
    const auto raw = [&](const ComplexArray& x, const char* name) {
        writeRaw<cfloat>(dir.file("raw"), x.values());
        runPython(kPythonRamp + "np.save(folder + sys.argv[2], np.fromfile(folder + 'raw', 'c8').reshape(eval(sys.argv[3])))",
                  {dir.path(), name,
                   "(" + std::to_string(x.extent(0)) + "," + std::to_string(x.extent(1)) + "," + std::to_string(x.extent(2)) + ")"});
    };
    raw(phantomKspace(3, 31, 24, 0.001), "image.npy");
    raw(coilImages(phantomImage(31, 24), phantomMaps(3, 31, 24)), "kspace.npy");
    CHECK(io::guessContent(dir.file("image.npy")).isKspace);
    CHECK_FALSE(io::guessContent(dir.file("kspace.npy")).isKspace);
    CHECK_FALSE(io::guessContent(dir.file("kspace.npy")).reason.empty());
    CHECK(io::guessContent(dir.file("image.npy")).isNoImage);
    CHECK(io::guessContent(dir.file("image.npy")).reason.find("k-space") != std::string::npos);
    CHECK_FALSE(io::guessContent(dir.file("kspace.npy")).isNoImage);
    // The same as real numbers, and as a stack of more axes than k-space can have without names.
    runPython(kPythonRamp + R"(
np.save(folder + 'real', real_ramp(3, 9, 9))
np.save(folder + 'magnitude', np.abs(np.load(folder + 'image.npy')))
np.save(folder + 'axes', np.broadcast_to(np.load(folder + 'kspace.npy'), (2, 3, 4, 3, 31, 24)))
)",
              {dir.path()});
    CHECK_FALSE(io::guessContent(dir.file("real.npy")).isKspace);
    CHECK_FALSE(io::guessContent(dir.file("real.npy")).isNoImage);
    CHECK_FALSE(io::guessContent(dir.file("magnitude.npy")).isKspace);
    CHECK(io::guessContent(dir.file("magnitude.npy")).isNoImage);
    CHECK_FALSE(io::guessContent(dir.file("axes.npy")).isKspace);
    CHECK_FALSE(io::guessContent(dir.file("axes.npy")).isNoImage);
}

TEST_CASE("coil maps: npy, BART's ecalib order with two sets, HDF5, MATLAB") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io, h5py
x = ramp(4, 5, 7)
np.save(folder + 'maps', x)
np.save(folder + 'volume', ramp(2, 4, 5, 7))
np.save(folder + 'flat', x[0])
np.save(folder + 'real', x.real)
y = x.copy(); y[1, 2, 3] = np.nan
np.save(folder + 'nan', y)
np.save(folder + 'zeros', 0 * x)
def cfl(name, dims, data):
    open(folder + name + '.hdr', 'w').write('# Dimensions\n' + ' '.join(map(str, dims)) + '\n')
    data.tofile(folder + name + '.cfl')
cfl('one', [5, 7, 1, 4], x.transpose(0, 2, 1))
cfl('two', [5, 7, 1, 4, 2], np.stack([x, -x]).transpose(0, 1, 3, 2))
cfl('empty', [5, 7, 1, 4, 2], np.stack([x, 0 * x]).transpose(0, 1, 3, 2))
np.save(folder + 'sets', np.stack([x, -x])[None])
cfl('slices', [5, 7, 1, 4] + [1] * 9 + [2], ramp(2, 4, 5, 7).transpose(0, 1, 3, 2))
scipy.io.savemat(folder + 'maps.mat', {'kData': ramp(9, 9, 4), 'coil_sens': x.transpose(1, 2, 0)})
with h5py.File(folder + 'maps.h5', 'w') as f: f['maps'] = x; f['kspace'] = ramp(4, 20, 20)
)",
              {dir.path()});
    for (const char* name : {"maps.npy", "one.cfl", "empty", "maps.mat", "maps.h5"}) {
        CAPTURE(name);
        CHECK(io::readCoilMaps(dir.file(name)) == ramp({4, 5, 7}));
    }
    for (const char* name : {"two", "sets.npy"}) {
        const auto both = io::readCoilMaps(dir.file(name));
        REQUIRE(both.shape() == Shape{1, 2, 4, 5, 7});
        for (std::int64_t i = 0; i < 140; ++i) REQUIRE((both[i] == ramp({4, 5, 7})[i] && both[140 + i] == -both[i]));
        io::saveArray(dir.file("again.cfl"), both, "maps");
        CHECK(readFile(dir.file("again.hdr")).find("5 7 1 4 2") != std::string::npos);
        CHECK(io::readCoilMaps(dir.file("again.cfl")) == both);
    }
    CHECK(io::readCoilMaps(dir.file("volume.npy")) == ramp({2, 4, 5, 7}));
    CHECK(io::readCoilMaps(dir.file("slices")) == ramp({2, 4, 5, 7}));
    CHECK(ioErrorOf([&] { (void)io::readCoilMaps(dir.file("flat.npy")); }).find("[coil, readout, phase]") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::readCoilMaps(dir.file("real.npy")); }).find("complex") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::readCoilMaps(dir.file("nan.npy")); }).find("1 values that are not finite") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::readCoilMaps(dir.file("zeros.npy")); }).find("zeros alone") != std::string::npos);
}

TEST_CASE("masks: lines and planes of every format, transposed ones refused") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io, h5py, struct, zlib
m = (np.arange(5 * 7).reshape(5, 7) % 3 == 0)
lines = np.arange(7) % 2
np.save(folder + 'plane', m)
np.save(folder + 'float', m * 0.5)
np.save(folder + 'lines', lines)
np.save(folder + 'row', lines[None, :])
np.save(folder + 'column', np.ones((5, 1)))
np.save(folder + 'transposed', m.T)
np.save(folder + 'rows', np.ones(5))
np.save(folder + 'wrong', np.ones((6, 7)))
np.save(folder + 'nan', np.full((5, 7), np.nan))
np.save(folder + 'many', np.ones((2, 5, 7)))
scipy.io.savemat(folder + 'm.mat', {'mask': m, 'kData': ramp(5, 7)})
scipy.io.savemat(folder + 'v.mat', {'mask': lines[:, None]})
with h5py.File(folder + 'm.h5', 'w') as f: f['mask'] = m; f['kspace'] = ramp(2, 3, 4)
def cfl(name, dims, data):
    open(folder + name + '.hdr', 'w').write('# Dimensions\n' + ' '.join(map(str, dims)) + '\n')
    data.astype('c8').tofile(folder + name + '.cfl')
cfl('m', [5, 7], m.T)
cfl('p', [1, 5, 7], m.T)
cfl('l', [1, 7], lines)
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
rows = b''.join(b'\0' + (row * 255).astype('u1').tobytes() for row in m)
open(folder + 'm.png', 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 7, 5, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
)",
              {dir.path()});
    ByteArray plane({5, 7}), lines({5, 7});
    for (std::int64_t n = 0; n < 35; ++n) {
        plane[n] = n % 3 == 0;
        lines[n] = n % 7 % 2 == 1;
    }
    for (const char* name : {"plane.npy", "float.npy", "m.mat", "m.h5", "m.cfl", "p", "m.png"}) {
        CAPTURE(name);
        CHECK(io::readMask(dir.file(name), 5, 7).samples() == plane);
    }
    for (const char* name : {"lines.npy", "row.npy", "v.mat", "l.cfl"}) {
        CAPTURE(name);
        CHECK(io::readMask(dir.file(name), 5, 7).samples() == lines);
    }
    const auto messageOf = [&](const char* name, std::int64_t readout, std::int64_t phase) {
        try {
            (void)io::readMask(dir.file(name), readout, phase);
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("no error");
    };
    CHECK(messageOf("transposed.npy", 5, 7).find("transposed") != std::string::npos);
    CHECK(messageOf("rows.npy", 5, 7).find("transposed") != std::string::npos);
    CHECK(messageOf("column.npy", 5, 5).find("transposed") != std::string::npos);
    CHECK(messageOf("wrong.npy", 5, 7).find("[6, 7] does not fit k-space of 5 x 7") != std::string::npos);
    CHECK(messageOf("nan.npy", 5, 7).find("not numbers") != std::string::npos);
    CHECK(messageOf("many.npy", 5, 7).find("2 masks") != std::string::npos);
    CHECK(io::readMask(dir.file("plane.npy"), 5, 7).description() == "file plane.npy");
}

TEST_CASE("a picture with a chunk that claims more than the file holds is refused before memory is taken for it") {
    const TempDir dir;
    runPython(R"(
import sys, struct, zlib
folder = sys.argv[1] + '/'
chunk = lambda name, data: struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
head = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 2, 2, 8, 0, 0, 0, 0))
rest = chunk(b'IDAT', zlib.compress(b'\0\1\2\0\3\4')) + chunk(b'IEND', b'')
open(folder + 'whole.png', 'wb').write(head + rest)
open(folder + 'claims.png', 'wb').write(head + struct.pack('>I', 0x5f00017b) + b'zTXtlarmor-protocol\0\0' + rest)
)",
              {dir.path()});
    CHECK(io::readImages(dir.file("whole.png")).pixels.size() == 4);
    CHECK(ioErrorOf([&] { (void)io::readImages(dir.file("claims.png")); }).find("longer than the file") != std::string::npos);
}
