// Files made by numpy, h5py, scipy, BART and by hand from the format's definition; every value is read back exactly.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "tests/support/matlab_script.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {
ComplexArray part(const ComplexArray& x, const Shape& start, const Shape& count) {
    ComplexArray out(count);
    for (std::int64_t i = 0; i < count[0]; ++i)
        for (std::int64_t j = 0; j < count[1]; ++j)
            for (std::int64_t k = 0; k < count[2]; ++k) out(i, j, k) = x(start[0] + i, start[1] + j, start[2] + k);
    return out;
}
}  // namespace

TEST_CASE("npy: types, byte orders, versions and Fortran order of numpy") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
np.save(folder + 'c8', ramp(3, 5, 7))
np.save(folder + 'c16', ramp(3, 5, 7).astype('>c16'))
np.save(folder + 'f4', real_ramp(3, 5, 7).astype('f4'))
np.save(folder + 'f8', real_ramp(3, 5, 7).astype('>f8'))
np.save(folder + 'fortran', np.asfortranarray(ramp(3, 5, 7)))
np.save(folder + 'bool', real_ramp(2, 3) > 3)
np.save(folder + 'scalar', np.float32(2.5))
for code in ['i1', 'u1', '<i2', '>u2', '>i4', '<u4', '<i8', '>u8']:
    np.save(folder + code.strip('<>'), np.arange(15).reshape(3, 5).astype(code))
for major in (2, 3):
    with open(folder + 'v%d.npy' % major, 'wb') as f:
        np.lib.format.write_array(f, ramp(3, 5, 7), version=(major, 0))
)",
              {dir.path()});
    for (const char* name : {"c8", "c16", "fortran", "v2", "v3"}) {
        CAPTURE(name);
        const auto file = io::openArrayFile(dir.file(std::string(name) + ".npy"));
        CHECK(file->format() == "NumPy npy");
        CHECK(file->entries().at(0).isComplex);
        CHECK(file->read("") == ramp({3, 5, 7}));
        CHECK(file->read("", {1, 2, 3}, {2, 2, 4}) == part(ramp({3, 5, 7}), {1, 2, 3}, {2, 2, 4}));
        CHECK(file->read("", {0, 2, 6}, {3, 1, 1}) == part(ramp({3, 5, 7}), {0, 2, 6}, {3, 1, 1}));
    }
    for (const char* name : {"f4", "f8"}) CHECK(io::openArrayFile(dir.file(std::string(name) + ".npy"))->read("") == realRamp({3, 5, 7}));
    for (const char* name : {"i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"}) {
        CAPTURE(name);
        const auto values = io::openArrayFile(dir.file(std::string(name) + ".npy"))->read("");
        CHECK(values.shape() == Shape{3, 5});
        for (std::int64_t n = 0; n < values.size(); ++n) CHECK(values[n] == cfloat(static_cast<float>(n)));
    }
    const auto boolean = io::openArrayFile(dir.file("bool.npy"));
    CHECK(boolean->entries().at(0).type == "bool");
    CHECK(boolean->read("") == ComplexArray({2, 3}, {0, 0, 0, 1, 1, 1}));
    CHECK(io::openArrayFile(dir.file("scalar.npy"))->read("") == ComplexArray({1}, cfloat(2.5F)));
    CHECK(io::openArrayFile(dir.file("c16.npy"))->entries().at(0).type == "complex128");
}

TEST_CASE("npy: boxes larger than one read of the file") {
    const TempDir dir;
    runPython(kPythonRamp + "np.save(folder + 'big', ramp(6, 400, 500))", {dir.path()});
    const auto file = io::openArrayFile(dir.file("big.npy"));
    const ComplexArray expected = ramp({6, 400, 500});
    CHECK(file->read("") == expected);
    CHECK(file->read("", {1, 3, 499}, {5, 390, 1}) == part(expected, {1, 3, 499}, {5, 390, 1}));
}

TEST_CASE("cfl: written by BART, found by either name or the stem, dimensions reversed") {
    const TempDir dir;
    REQUIRE(runProgram("bart", {"phantom", "-s3", "-x15", dir.file("phantom")}).exitCode == 0);
    runPython(kPythonRamp + R"(
with open(folder + 'ksp.hdr', 'w') as f:
    f.write('# Dimensions\n3 5 1 7 1 1 1 1 1 1 1 1 1 1 1 1 \n# Command\nfoo\n')
ramp(7, 1, 5, 3).tofile(folder + 'ksp.cfl')
)",
              {dir.path()});
    for (const char* name : {"ksp.cfl", "ksp.hdr", "ksp"}) {
        CAPTURE(name);
        const auto file = io::openArrayFile(dir.file(name));
        CHECK(file->format() == "BART cfl");
        CHECK(file->entries().at(0).shape == Shape{7, 1, 5, 3});
        CHECK(file->entries().at(0).columnMajor);
        CHECK(file->read("") == ramp({7, 1, 5, 3}));
    }
    CHECK(io::openArrayFile(dir.file("phantom"))->entries().at(0).shape == Shape{3, 1, 15, 15});
}

TEST_CASE("HDF5: real and complex types of h5py in groups, chunks, compression, MATLAB v7.3") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import h5py
with h5py.File(folder + 'a.h5', 'w') as f:
    f['c8'] = ramp(3, 5, 7)
    f['deep/er/c16'] = ramp(3, 5, 7).astype('c16')
    parts = np.zeros((3, 5, 7), dtype=[('real', 'f8'), ('imag', 'f8')])
    parts['real'], parts['imag'] = ramp(3, 5, 7).real, ramp(3, 5, 7).imag
    f['matlab'] = parts
    swapped = np.zeros((3, 5, 7), dtype=[('r', '>f4'), ('i', '>f4')])
    swapped['r'], swapped['i'] = ramp(3, 5, 7).real, ramp(3, 5, 7).imag
    f['bigendian'] = swapped
    f.create_dataset('packed', data=ramp(3, 5, 7), chunks=(1, 2, 7), compression='gzip', shuffle=True)
    f['f8'] = real_ramp(3, 5, 7)
    f['i2'] = np.arange(6, dtype='>i2').reshape(2, 3)
    f['bool'] = np.arange(6).reshape(2, 3) > 2
    f['text'] = 'not numbers'
    f['empty'] = np.zeros((0, 4))
    f['one'] = 3.0
    f['high'] = np.arange(1.0, 5.0).reshape((1,) * 14 + (2, 2))
    f['loop'] = h5py.SoftLink('/')
with h5py.File(folder + 'v73.mat', 'w', userblock_size=512) as f:
    f['raw'] = parts
    f['raw'].attrs['MATLAB_class'] = np.string_('double')
with open(folder + 'v73.mat', 'r+b') as f:
    f.write(b'MATLAB 7.3 MAT-file'.ljust(124) + b'\x00\x02IM')
)",
              {dir.path()});
    const auto file = io::openArrayFile(dir.file("a.h5"));
    CHECK(file->format() == "HDF5");
    for (const char* name : {"c8", "deep/er/c16", "matlab", "bigendian", "packed"}) {
        CAPTURE(name);
        CHECK(file->entry(name).isComplex);
        CHECK_FALSE(file->entry(name).columnMajor);
        CHECK(file->read(name) == ramp({3, 5, 7}));
        CHECK(file->read(name, {1, 2, 3}, {2, 2, 4}) == part(ramp({3, 5, 7}), {1, 2, 3}, {2, 2, 4}));
    }
    CHECK(file->read("f8") == realRamp({3, 5, 7}));
    CHECK(file->read("i2") == ComplexArray({2, 3}, {0, 1, 2, 3, 4, 5}));
    CHECK(file->read("bool") == ComplexArray({2, 3}, {0, 0, 0, 1, 1, 1}));
    CHECK(file->entry("bool").type == "bool");
    CHECK(file->entry("deep/er/c16").type == "complex128");
    CHECK(file->entry("high").shape.size() == 16);
    CHECK(file->entries().size() == 9);
    const std::string message = ioErrorOf([&] { (void)file->read("nothing"); });
    CHECK(message.find("deep/er/c16") != std::string::npos);
    const auto matlab = io::openArrayFile(dir.file("v73.mat"));
    CHECK(matlab->format() == "HDF5");
    CHECK(matlab->entry("raw").columnMajor);
    CHECK(matlab->read("raw") == ramp({3, 5, 7}));
}

TEST_CASE("MATLAB v5: variables of scipy, packed and not, both byte orders of parts") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io
content = {'kData': ramp(3, 5, 7).astype('c16'), 'single': ramp(3, 5, 7), 'mask': np.arange(6).reshape(2, 3) > 2,
           'small': np.arange(15, dtype='f8').reshape(3, 5), 'i2': np.arange(-3, 3, dtype='i2').reshape(2, 3), 'text': 'words', 'cell': np.array([1, 'a'], dtype=object)}
scipy.io.savemat(folder + 'plain.mat', content)
scipy.io.savemat(folder + 'packed.mat', content, do_compression=True)
)",
              {dir.path()});
    for (const char* name : {"plain.mat", "packed.mat"}) {
        CAPTURE(name);
        const auto file = io::openArrayFile(dir.file(name));
        CHECK(file->format() == "MATLAB v5");
        CHECK(file->entries().size() == 5);
        CHECK(file->entry("kData").shape == Shape{7, 5, 3});
        CHECK(file->entry("kData").columnMajor);
        CHECK(file->entry("kData").type == "complex128");
        CHECK(file->read("kData") == transposed(ramp({3, 5, 7})));
        CHECK(file->read("single") == transposed(ramp({3, 5, 7})));
        CHECK(file->read("kData", {1, 2, 0}, {4, 2, 3}) == part(transposed(ramp({3, 5, 7})), {1, 2, 0}, {4, 2, 3}));
        CHECK(file->read("mask") == transposed(ComplexArray({2, 3}, {0, 0, 0, 1, 1, 1})));
        CHECK(file->read("i2") == transposed(ComplexArray({2, 3}, {-3, -2, -1, 0, 1, 2})));
        CHECK(file->read("small").extent(0) == 5);
        CHECK(file->entry("mask").type == "bool");
    }
}

TEST_CASE("MATLAB v5: fields of structures are arrays, also packed, nested and after each other; arrays of structures are passed over") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io
big = np.arange(70000, dtype='f8').reshape(7, 100, 100)
inner = {'ksp': ramp(3, 5, 7), 'tiny': np.array([[1, 2]], dtype='u1'), 'note': 'words'}
scan = {'scan': {'name': 'x' * 3000, 'cell': np.array([1, 'a'], dtype=object), 'big': big, 'inner': inner, 'empty': np.zeros((0, 0)), 'last': real_ramp(2, 3)},
        'many': np.array([(1.0,), (2.0,)], dtype=[('a', 'f8')]), 'after': real_ramp(4, 2)}
scipy.io.savemat(folder + 'plain.mat', scan)
scipy.io.savemat(folder + 'packed.mat', scan, do_compression=True)
)",
              {dir.path()});
    for (const char* name : {"plain.mat", "packed.mat"}) {
        CAPTURE(name);
        const auto file = io::openArrayFile(dir.file(name));
        std::string names;
        for (const auto& entry : file->entries()) names += entry.name + " ";
        CHECK(names == "scan/big scan/inner/ksp scan/inner/tiny scan/last after ");
        CHECK(file->read("scan/inner/ksp") == transposed(ramp({3, 5, 7})));
        CHECK(file->read("scan/inner/tiny") == ComplexArray({2, 1}, std::vector<cfloat>{1, 2}));
        CHECK(file->read("scan/big", {99, 99, 6}, {1, 1, 1})[0] == cfloat(69999));
        CHECK(file->read("scan/last") == transposed(realRamp({2, 3})));
        CHECK(file->read("after") == transposed(realRamp({4, 2})));
        CHECK(io::openAcquisition(dir.file(name))->header().provenance.array == "scan/inner/ksp");
    }
}

TEST_CASE("MATLAB v5: structures of very many fields are passed over, and what is listed of structures has an end") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io
scipy.io.savemat(folder + 'wide.mat', {'wide': {'f%d' % i: 1.0 for i in range(5000)}, 'kspace': ramp(3, 5, 7)}, do_compression=True)
scipy.io.savemat(folder + 'deep.mat', {'s%d' % j: {'f%d' % i: 1.0 for i in range(4000)} for j in range(4)} | {'kspace': ramp(3, 5, 7)}, do_compression=True)
scipy.io.savemat(folder + 'masks.mat', {'mask4': np.ones((5, 7)), 'params': {'mask_type': 1.0}})
)",
              {dir.path()});
    CHECK(io::openArrayFile(dir.file("wide.mat"))->entries().size() == 1);
    const auto deep = io::openArrayFile(dir.file("deep.mat"));
    CHECK(deep->entries().size() == 10001);
    CHECK(deep->read("kspace") == transposed(ramp({3, 5, 7})));
    CHECK(io::readMask(dir.file("masks.mat"), 5, 7).keptCount() == 35);
}

TEST_CASE("real arrays whose last axis is of two can be read as complex ones, from every format of arrays") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
k = ramp(3, 9, 7)
pairs = np.stack([k.real, k.imag], -1)
np.save(folder + 'c.npy', pairs)
np.save(folder + 'fortran.npy', np.asfortranarray(pairs.astype('f8')))
with h5py.File(folder + 'h5.h5', 'w') as f: f['scan/kspace'] = pairs
scipy.io.savemat(folder + 'five.mat', {'kspace': pairs, 'masks': pairs[..., 0]})
v73(folder + 'seven.mat', kspace=pairs)
with h5py.File(folder + 'taken.h5', 'w') as f:
    f['x'] = pairs
    f['x as complex'] = real_ramp(2, 2)
np.save(folder + 'whole.npy', pairs.astype('i4'))
np.save(folder + 'first.npy', np.stack([k.real, k.imag]))
np.save(folder + 'plane.npy', np.zeros((9, 2)))
)",
              {dir.path()});
    for (const auto& [name, array] : {std::pair("c.npy", "as complex"), {"fortran.npy", "as complex"}, {"h5.h5", "scan/kspace as complex"},
                                      {"five.mat", "kspace as complex"}, {"seven.mat", "kspace as complex"}}) {
        CAPTURE(name);
        const auto file = io::openArrayFile(dir.file(name));
        const auto& entry = file->entry(array);
        CHECK(entry.isComplex);
        CHECK(entry.type.starts_with("pairs of float"));
        const ComplexArray expected = entry.columnMajor ? transposed(ramp({3, 9, 7})) : ramp({3, 9, 7});
        CHECK(file->read(array) == expected);
        const Shape start = entry.columnMajor ? Shape{0, 2, 1} : Shape{1, 2, 0}, count = entry.columnMajor ? Shape{3, 3, 2} : Shape{2, 3, 3};
        CHECK(file->read(array, start, count) == part(expected, start, count));
        CHECK(file->read(file->entries().front().name).rank() == 4);  // what it was stays there
        io::LoadOptions options;
        options.dims = {Dim::Coil, Dim::Readout, Dim::Phase};
        options.array = array;
        CHECK(io::openAcquisition(dir.file(name), options)->readSlice(0) == ramp({3, 9, 7}));
        // A ramp is no k-space: nothing is taken that nobody asked for.
        try {
            (void)io::openAcquisition(dir.file(name));
            FAIL("taken as k-space");
        } catch (const IoError& error) {
            CHECK(error.hint().find('"' + std::string(array) + '"') != std::string::npos);
        }
        CHECK(std::none_of(file->entries().begin(), file->entries().end(), [](const auto& each) { return each.isComplex; }));
    }
    for (const char* none : {"whole.npy", "first.npy", "plane.npy"}) {
        CAPTURE(none);
        CHECK(io::openArrayFile(dir.file(none))->pairedEntries().empty());
    }
    CHECK(io::openArrayFile(dir.file("taken.h5"))->pairedEntries().empty());
    CHECK(io::openArrayFile(dir.file("taken.h5"))->read("x as complex").rank() == 2);
}

TEST_CASE("pairs are taken as k-space by themselves only where they look like it, and beside maps only by their name") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import h5py
k = np.random.default_rng(1).normal(size=(3, 33, 28)) + 0j
k[:, 15:18, 13:16] += 50
pairs = lambda x: np.stack([x.real, x.imag], -1).astype('f4')
np.save(folder + 'k.npy', pairs(k))
np.save(folder + 'image.npy', pairs(np.fft.ifft2(k)))
def scan(name, **arrays):
    with h5py.File(folder + name, 'w') as f:
        for key, x in arrays.items(): f[key] = x
scan('beside.h5', csm=k.astype('c8'), kspace=pairs(k))
scan('coords.h5', csm=k.astype('c8'), coords=pairs(k))
scan('complex.h5', x=k.astype('c8'), kspace=pairs(k))
scan('target.h5', kspace=pairs(k), target=np.ones((4, 20, 20), 'f4'))
scan('mask.h5', sampling_mask=np.ones((33, 28, 2), 'f4'))
np.save(folder + 'frames.npy', np.ones((33, 28, 2)))
)",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("k.npy"));
    CHECK(scan->header().coils == 3);
    CHECK(scan->header().provenance.array == "as complex");
    CHECK(scan->header().provenance.notes.front().find("real and imaginary") != std::string::npos);
    CHECK(io::guessContent(dir.file("k.npy")).isKspace);
    CHECK(!io::guessContent(dir.file("image.npy")).isKspace);
    CHECK(io::highestBid(dir.file("image.npy")).loader == nullptr);
    const auto taken = [&](const char* name) { return io::openAcquisition(dir.file(name))->header().provenance.array; };
    CHECK(taken("beside.h5") == "kspace as complex");
    CHECK(taken("coords.h5") == "csm");
    CHECK(taken("complex.h5") == "x");
    CHECK(io::readImages(dir.file("target.h5")).pixels.shape() == Shape{4, 20, 20});
    for (const char* mask : {"mask.h5", "frames.npy"}) CHECK(io::readMasks(dir.file(mask), 33, 28).size() == 2);
}

TEST_CASE("NIfTI: scaling, compression, byte order, complex numbers, header and image in two files") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import struct, gzip
def header(dims, datatype, bits, order='<', slope=0.0, inter=0.0, magic=b'n+1\0', offset=352.0):
    h = bytearray(348)
    struct.pack_into(order + 'i', h, 0, 348)
    struct.pack_into(order + '8h', h, 40, len(dims), *(list(dims) + [1] * (7 - len(dims))))
    struct.pack_into(order + '2h', h, 70, datatype, bits)
    struct.pack_into(order + '8f', h, 76, 1, 2, 3, 4, 0, 0, 0, 0)
    struct.pack_into(order + '3f', h, 108, offset, slope, inter)
    h[344:348] = magic
    return bytes(h)
values = np.arange(3 * 5 * 7)
def write(name, data): open(folder + name, 'wb').write(data)
write('i2.nii', header((7, 5, 3), 4, 16, slope=2.0, inter=-1.0) + bytes(4) + values.astype('<i2').tobytes())
write('big.nii', header((7, 5, 3, 1, 1), 16, 32, order='>') + bytes(4) + values.astype('>f4').tobytes())
write('packed.nii.gz', gzip.compress(header((7, 5, 3), 64, 64) + bytes(4) + values.astype('<f8').tobytes()))
write('complex.nii', header((7, 5, 3), 32, 64) + bytes(4) + ramp(3, 5, 7).tobytes())
write('pair.hdr', header((7, 5, 3), 2, 8, magic=b'ni1\0', offset=0.0))
write('pair.img', values.astype('u1').tobytes())
)",
              {dir.path()});
    ComplexArray plain({3, 5, 7});
    for (std::int64_t n = 0; n < plain.size(); ++n) plain[n] = static_cast<float>(n);
    for (const char* name : {"big.nii", "packed.nii.gz", "pair.hdr"}) {
        CAPTURE(name);
        const auto file = io::openArrayFile(dir.file(name));
        CHECK(file->format() == "NIfTI");
        CHECK(file->entries().at(0).columnMajor);
        CHECK(file->read("", {2, 1, 0}, {1, 3, 7}) == part(plain, {2, 1, 0}, {1, 3, 7}));
        CHECK(file->read("") == plain);
    }
    ComplexArray scaled = plain;
    for (cfloat& value : scaled.values()) value = 2.0F * value - 1.0F;
    CHECK(io::openArrayFile(dir.file("i2.nii"))->read("") == scaled);
    CHECK(io::openArrayFile(dir.file("complex.nii"))->read("") == ramp({3, 5, 7}));
}

TEST_CASE("PNG: grey and colour, 8 and 16 bits, palette, transparency") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import struct, zlib
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def write(name, pixels, depth, colour, extra=b''):
    h, w = pixels.shape[:2]
    rows = b''.join(b'\0' + row.tobytes() for row in pixels)
    open(folder + name, 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, depth, colour, 0, 0, 0)) + extra
                                    + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
n = np.arange(15).reshape(3, 5)
write('grey8.png', n.astype('u1'), 8, 0)
write('grey16.png', (n * 1000).astype('>u2'), 16, 0)
write('rgb8.png', np.stack([n, n * 2, n * 3], -1).astype('u1'), 8, 2)
write('rgba8.png', np.stack([n, n * 2, n * 3, n * 0 + 9], -1).astype('u1'), 8, 6)
write('palette.png', n.astype('u1'), 8, 3, chunk(b'PLTE', bytes(v for i in range(15) for v in (i, 2 * i, 3 * i))))
)",
              {dir.path()});
    ComplexArray grey({3, 5}), wide({3, 5}), colour({3, 5, 3});
    for (std::int64_t n = 0; n < 15; ++n) {
        grey[n] = static_cast<float>(n);
        wide[n] = static_cast<float>(1000 * n);
        for (std::int64_t c = 0; c < 3; ++c) colour[3 * n + c] = static_cast<float>(n * (c + 1));
    }
    CHECK(io::openArrayFile(dir.file("grey8.png"))->read("") == grey);
    CHECK(io::openArrayFile(dir.file("grey16.png"))->read("") == wide);
    CHECK(io::openArrayFile(dir.file("grey16.png"))->entries().at(0).type == "uint16");
    for (const char* name : {"rgb8.png", "rgba8.png", "palette.png"}) CHECK(io::openArrayFile(dir.file(name))->read("") == colour);
}
