// MATLAB v7.3 files of h5py, with the user block, MATLAB's attributes and what stands beside arrays in real ones.
#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "tests/support/matlab_script.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {
/// Python's ramp of (9, 7, 3), in MATLAB's order of indices.
cfloat valueAt(std::int64_t x, std::int64_t y, std::int64_t coil) {
    const auto n = static_cast<float>((x * 7 + y) * 3 + coil);
    return {n + 0.5F, -0.25F * n};
}
}  // namespace

TEST_CASE("v7.3: single and double, packed or not, odd sizes, in MATLAB's order") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
v73(folder + 'single.mat', data=ramp(9, 7, 3))
v73(folder + 'double.mat', data=ramp(9, 7, 3).astype('c16'))
v73(folder + 'packed.mat', other=real_ramp(2, 2))
with h5py.File(folder + 'packed.mat', 'r+') as f, h5py.File(folder + 'single.mat', 'r') as g:
    d = f.create_dataset('data', data=g['data'][:], chunks=(2, 3, 4), compression='gzip', shuffle=True)
    d.attrs['MATLAB_class'] = np.bytes_('single')
)",
              {dir.path()});
    for (const char* name : {"single.mat", "double.mat", "packed.mat"}) {
        CAPTURE(name);
        const auto scan = io::openAcquisition(dir.file(name));
        CHECK(scan->header().coils == 3);
        CHECK(scan->header().encoded == Matrix{9, 7, 1});
        CHECK(scan->readSlice(0)(2, 8, 5) == valueAt(8, 5, 2));
        CHECK(scan->readSlice(0)(0, 3, 6) == valueAt(3, 6, 0));
    }
}

TEST_CASE("v7.3: cells, structures, text and empty arrays are passed over; fields of structures are arrays") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
v73(folder + 'scan.mat', ksp=ramp(9, 7, 3), note=np.array([[72], [105]], 'u2'))
with h5py.File(folder + 'scan.mat', 'r+') as f:
    f['note'].attrs['MATLAB_class'] = np.bytes_('char')
    f['#refs#/a'] = np.ones((40, 40), 'c16')
    cells = f.create_dataset('cells', (2, 1), dtype=h5py.ref_dtype)
    cells[0, 0] = f['#refs#/a'].ref
    cells.attrs['MATLAB_class'] = np.bytes_('cell')
    s = f.create_group('s')
    s.attrs['MATLAB_class'] = np.bytes_('struct')
    s['field'] = real_ramp(2, 3)
    empty = f.create_dataset('empty', data=np.array([0, 0], 'u8'))
    empty.attrs['MATLAB_class'] = np.bytes_('double')
    empty.attrs['MATLAB_empty'] = np.uint8(1)
)",
              {dir.path()});
    std::string names;
    const auto file = io::openArrayFile(dir.file("scan.mat"));
    for (const auto& entry : file->entries()) names += entry.name + " ";
    CHECK(names == "ksp s/field ");
    CHECK(io::openAcquisition(dir.file("scan.mat"))->readSlice(0)(1, 4, 4) == valueAt(4, 4, 1));
}

TEST_CASE("v7.3 and v5: real and imaginary parts in two arrays are one; whole numbers alone are no k-space") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
k = ramp(9, 7, 3)
v73(folder + 'split.mat', kspace_real=k.real, kspace_imag=k.imag, core=real_ramp(2, 2), coim=real_ramp(2, 2))
v73(folder + 'bare.mat', re=k.real, im=k.imag)
scipy.io.savemat(folder + 'five.mat', {'kspace_real': k.real, 'kspace_imag': k.imag})
v73(folder + 'whole.mat', kspace=np.arange(63).reshape(9, 7).astype('i2'))
v73(folder + 'misfit.mat', k_real=k.real, k_imag=k.imag[:8])
)",
              {dir.path()});
    const auto split = io::openAcquisition(dir.file("split.mat"));
    CHECK(split->header().provenance.array == "kspace");
    CHECK(split->readSlice(0)(2, 8, 5) == valueAt(8, 5, 2));
    CHECK(io::openArrayFile(dir.file("split.mat"))->entries().size() == 5);
    CHECK(io::openAcquisition(dir.file("bare.mat"))->readSlice(0)(1, 2, 3) == valueAt(2, 3, 1));
    const auto five = io::openAcquisition(dir.file("five.mat"));
    CHECK(five->header().provenance.array == "kspace");
    CHECK(five->readSlice(0)(2, 8, 5) == valueAt(8, 5, 2));
    const std::string whole = ioErrorOf([&] { (void)io::openAcquisition(dir.file("whole.mat")); });
    CHECK(whole.find("complex numbers") != std::string::npos);
    CHECK(whole.find("int16") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("misfit.mat")); }).find("complex numbers") != std::string::npos);
}

TEST_CASE("A plane is one coil, from every format of arrays") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
k = ramp(9, 7)
np.save(folder + 'a.npy', k)
v73(folder + 'b.mat', k=k)
scipy.io.savemat(folder + 'c.mat', {'k': k})
with h5py.File(folder + 'd.h5', 'w') as f: f['k'] = k
open(folder + 'e.hdr', 'w').write('# Dimensions\n9 7 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n')
k.T.tofile(folder + 'e.cfl')
)",
              {dir.path()});
    for (const char* name : {"a.npy", "b.mat", "c.mat", "d.h5", "e.cfl"}) {
        CAPTURE(name);
        const auto scan = io::openAcquisition(dir.file(name));
        CHECK(scan->header().coils == 1);
        CHECK(scan->readSlice(0) == ramp({1, 9, 7}));
    }
}
