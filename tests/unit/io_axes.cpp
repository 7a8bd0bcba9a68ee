// K-space out of plain arrays: which axis is what, and slices in the project's order.
#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

io::LoadOptions withDims(const std::string& dims) {
    return {"", io::parseDims(dims)};
}

/// The element of a row-major array.
cfloat at(const ComplexArray& x, const Shape& index) {
    std::int64_t flat = 0;
    for (std::size_t d = 0; d < index.size(); ++d) flat = flat * x.extent(d) + index[d];
    return x[flat];
}

void writeNpy(const TempDir& dir, const std::string& name, const std::string& shape) {
    runPython(kPythonRamp + "np.save(folder + '" + name + "', ramp(" + shape + "))", {dir.path()});
}

}  // namespace

TEST_CASE("parseDims: names, blanks, left-out axes, unknown names") {
    CHECK(io::parseDims("coil, readout,phase") == std::vector{Dim::Coil, Dim::Readout, Dim::Phase});
    CHECK(io::parseDims("-,readout,phase,coil") == std::vector{Dim::Readout, Dim::Phase, Dim::Coil});
    CHECK(io::parseDims("").empty());
    CHECK_THROWS_AS((void)io::parseDims("coil,x,phase"), UsageError);
    CHECK_THROWS_AS((void)io::parseDims("-,-"), UsageError);
}

TEST_CASE("npy: guessed axes and their reason") {
    const TempDir dir;
    writeNpy(dir, "three", "4, 9, 7");
    const auto three = io::openAcquisition(dir.file("three.npy"));
    CHECK(three->header().coils == 4);
    CHECK(three->header().encoded == Matrix{9, 7, 1});
    CHECK(three->header().recon == three->header().encoded);
    CHECK(three->header().phaseEnd == 7);
    CHECK(three->header().provenance.dims == "coil,readout,phase");
    CHECK(three->header().provenance.dimsGuessed);
    CHECK(three->header().provenance.dimsReason.find("the smallest (4) taken as coils") != std::string::npos);
    CHECK(three->readSlice(0) == ramp({4, 9, 7}));

    writeNpy(dir, "two", "9, 7");
    CHECK(io::openAcquisition(dir.file("two.npy"))->readSlice(0) == ramp({1, 9, 7}));
    writeNpy(dir, "ones", "1, 1, 9, 7");
    CHECK(io::openAcquisition(dir.file("ones.npy"))->readSlice(0) == ramp({1, 9, 7}));
    writeNpy(dir, "four", "5, 3, 11, 8");
    const auto four = io::openAcquisition(dir.file("four.npy"));
    CHECK(four->header().provenance.dims == "slice,coil,readout,phase");
    CHECK(four->readSlice(4) == ramp({5, 3, 11, 8}).slice(4));
    writeNpy(dir, "five", "2, 5, 3, 11, 8");
    const auto five = io::openAcquisition(dir.file("five.npy"));
    CHECK(five->header().provenance.dims == "frame,slice,coil,readout,phase");
    CHECK(five->header().imageDims == std::vector<NamedDim>{{Dim::Frame, 2}, {Dim::Slice, 5}});
    CHECK(five->readSlice(7) == ramp({2, 5, 3, 11, 8}).slice(1).slice(2));
    writeNpy(dir, "last", "9, 7, 4");
    const auto last = io::openAcquisition(dir.file("last.npy"));
    CHECK(last->header().provenance.dims == "readout,phase,coil");
    CHECK(last->readSlice(0)(std::int64_t{3}, std::int64_t{8}, std::int64_t{2}) == at(ramp({9, 7, 4}), {8, 2, 3}));
    writeNpy(dir, "six", "2, 2, 2, 2, 9, 7");
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("six.npy")); }).find("2 to 5 axes") != std::string::npos);
    writeNpy(dir, "line", "9");
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("line.npy")); }).find("k-space") != std::string::npos);
}

TEST_CASE("npy: given axes in any order, slices anywhere") {
    const TempDir dir;
    writeNpy(dir, "a", "5, 7, 2, 3, 4");
    const ComplexArray x = ramp({5, 7, 2, 3, 4});
    const auto scan = io::openAcquisition(dir.file("a.npy"), withDims("phase,readout,slice,coil,contrast"));
    CHECK(scan->header().imageDims == std::vector<NamedDim>{{Dim::Contrast, 4}, {Dim::Slice, 2}});
    CHECK(scan->header().provenance.dimsReason == "given");
    CHECK_FALSE(scan->header().provenance.dimsGuessed);
    for (std::int64_t contrast = 0; contrast < 4; ++contrast)
        for (std::int64_t slice = 0; slice < 2; ++slice) {
            const ComplexArray k = scan->readSlice(contrast * 2 + slice);
            REQUIRE(k.shape() == Shape{3, 7, 5});
            for (std::int64_t c = 0; c < 3; ++c)
                for (std::int64_t r = 0; r < 7; ++r)
                    for (std::int64_t p = 0; p < 5; ++p) CHECK(k(c, r, p) == at(x, {p, r, slice, c, contrast}));
        }
    const auto path = dir.file("a.npy");
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(path, withDims("phase,readout,slice")); }).find("5 axes") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(path, withDims("phase,readout,slice,coil,coil")); }).find("coil twice") !=
          std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(path, withDims("set,frame,slice,coil,phase")); }).find("one readout") !=
          std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(path, withDims("phase,readout,slice,coil,set,frame")); }).find("6 names") !=
          std::string::npos);
}

TEST_CASE("cfl: BART's own order, a slice of a 3D scan, frames and slices, given names") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
def cfl(name, dims):
    open(folder + name + '.hdr', 'w').write('# Dimensions\n' + ' '.join(map(str, dims + [1] * (16 - len(dims)))) + '\n')
    ramp(*dims[::-1]).tofile(folder + name + '.cfl')
cfl('plain', [5, 7, 1, 3])
cfl('plane', [1, 5, 7, 3])
cfl('cine', [5, 7, 1, 3, 1, 1, 1, 1, 1, 1, 4, 1, 1, 2])
cfl('volume', [5, 7, 6, 3])
cfl('odd', [5, 7, 1, 3, 1, 1, 2])
)",
              {dir.path()});
    const auto check = [](const Acquisition& scan, std::int64_t slice, const ComplexArray& x, const auto& indexOf) {
        const ComplexArray k = scan.readSlice(slice);
        REQUIRE(k.shape() == Shape{3, 5, 7});
        for (std::int64_t c = 0; c < 3; ++c)
            for (std::int64_t r = 0; r < 5; ++r)
                for (std::int64_t p = 0; p < 7; ++p) CHECK(k(c, r, p) == at(x, indexOf(c, r, p)));
    };
    using I = std::int64_t;
    const auto plain = io::openAcquisition(dir.file("plain"));
    CHECK(plain->header().provenance.dims == "readout,phase,-,coil");
    CHECK_FALSE(plain->header().provenance.dimsGuessed);
    CHECK(plain->header().provenance.loader == "cfl");
    check(*plain, 0, ramp({3, 1, 7, 5}), [](I c, I r, I p) { return Shape{c, 0, p, r}; });
    const auto plane = io::openAcquisition(dir.file("plane.cfl"));
    CHECK(plane->header().provenance.dims == "-,readout,phase,coil");
    CHECK(plane->header().provenance.dimsReason.find("3D") != std::string::npos);
    check(*plane, 0, ramp({3, 7, 5, 1}), [](I c, I r, I p) { return Shape{c, p, r, 0}; });
    const auto cine = io::openAcquisition(dir.file("cine.hdr"));
    CHECK(cine->header().imageDims == std::vector<NamedDim>{{Dim::Frame, 4}, {Dim::Slice, 2}});
    check(*cine, 3 * 2 + 1, ramp({2, 1, 1, 4, 1, 1, 1, 1, 1, 1, 3, 1, 7, 5}),
          [](I c, I r, I p) { return Shape{1, 0, 0, 3, 0, 0, 0, 0, 0, 0, c, 0, p, r}; });
    const auto volume = io::openAcquisition(dir.file("volume"));
    CHECK(volume->header().imageDims == std::vector<NamedDim>{{Dim::Partition, 6}, {Dim::Slice, 1}});
    CHECK(volume->header().provenance.notes.empty());
    check(*volume, 4, ramp({3, 6, 7, 5}), [](I c, I r, I p) { return Shape{c, 4, p, r}; });
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("odd")); }).find("dimension 6") != std::string::npos);
    const auto named = io::openAcquisition(dir.file("odd"), withDims("readout,phase,-,coil,-,-,set"));
    CHECK(named->header().imageDims == std::vector<NamedDim>{{Dim::Set, 2}, {Dim::Slice, 1}});
    const auto short3 = io::openAcquisition(dir.file("plane"), withDims("readout,phase,coil"));
    CHECK(short3->readSlice(0) == plane->readSlice(0));
}

TEST_CASE("MATLAB v5: the array most like k-space, axes as size() gives them") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io
scipy.io.savemat(folder + 'scan.mat', {'coil_sens': ramp(9, 7, 4), 'kData': ramp(9, 7, 4) * 2, 'mask': np.ones((9, 7)) > 0})
scipy.io.savemat(folder + 'real.mat', {'image': np.ones((9, 7))})
scipy.io.savemat(folder + 'flat.mat', {'k': ramp(9, 7)})
)",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("scan.mat"));
    CHECK(scan->header().provenance.array == "kData");
    CHECK(scan->header().provenance.dims == "readout,phase,coil");
    CHECK(scan->header().provenance.format == "MATLAB v5");
    REQUIRE(scan->header().provenance.notes.size() == 1);
    CHECK(scan->header().provenance.notes[0].find("coil_sens") != std::string::npos);
    const ComplexArray k = scan->readSlice(0);
    REQUIRE(k.shape() == Shape{4, 9, 7});
    CHECK(k(std::int64_t{3}, std::int64_t{8}, std::int64_t{2}) == 2.0F * at(ramp({9, 7, 4}), {8, 2, 3}));
    const auto named = io::openAcquisition(dir.file("scan.mat"), {"coil_sens", io::parseDims("phase,readout,coil,slice")});
    CHECK(named->header().encoded == Matrix{7, 9, 1});
    CHECK(named->readSlice(0)(std::int64_t{3}, std::int64_t{2}, std::int64_t{8}) == at(ramp({9, 7, 4}), {8, 2, 3}));
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("real.mat")); }).find("float64 of shape") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("scan.mat"), {"mask", {}}); }).find("complex") != std::string::npos);
    CHECK(ioErrorOf([&] {
              (void)io::openAcquisition(dir.file("scan.mat"), {"nothing", {}});
          }).find("coil_sens, kData, mask") != std::string::npos);
    CHECK(io::openAcquisition(dir.file("flat.mat"))->readSlice(0).shape() == Shape{1, 9, 7});
}

TEST_CASE("real scans: sigpy's npy, LORAKS' MATLAB v5, a MATLAB v7.3") {
    const auto sigpy = sharedData("kspace/sigpy_cartesian_ksp.npy", "real scans");
    const auto loraks = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "real scans");
    const auto mchiew = sharedData("kspace/mchiew_sense_tutorial_raw.mat", "real scans");
    if (!sigpy || !loraks || !mchiew) return;
    const auto brain = io::openAcquisition(*sigpy);
    CHECK(brain->header().coils == 8);
    CHECK(brain->header().encoded == Matrix{230, 180, 1});
    CHECK(io::guessContent(*sigpy).isKspace);
    const TempDir dir;
    runPython(R"(
import sys, numpy as np, scipy.io, h5py
np.load(sys.argv[1]).astype('c8').tofile(sys.argv[4] + '/sigpy')
np.transpose(scipy.io.loadmat(sys.argv[2])['kData'], (2, 0, 1)).astype('c8').tofile(sys.argv[4] + '/loraks')
raw = h5py.File(sys.argv[3])['raw'][:]
(raw['real'] + 1j * raw['imag'])[:, 0].transpose(0, 2, 1).astype('c8').tofile(sys.argv[4] + '/mchiew')
)",
              {*sigpy, *loraks, *mchiew, dir.path()});
    CHECK(brain->readSlice(0) == ComplexArray({8, 230, 180}, readRaw<cfloat>(dir.file("sigpy"))));
    const auto mprage = io::openAcquisition(*loraks);
    CHECK(mprage->header().provenance.array == "kData");
    CHECK(mprage->readSlice(0) == ComplexArray({4, 256, 256}, readRaw<cfloat>(dir.file("loraks"))));
    CHECK(io::guessContent(*loraks).isKspace);
    const auto gre = io::openAcquisition(*mchiew, withDims("readout,phase,slice,coil"));
    CHECK(gre->readSlice(0) == ComplexArray({16, 96, 96}, readRaw<cfloat>(dir.file("mchiew"))));
    CHECK(io::openAcquisition(*mchiew)->readSlice(0) == gre->readSlice(0));
    const auto knee = sharedData("images/knee_pdfs_axial/P01.cfl", "real images");
    if (knee) CHECK_FALSE(io::guessContent(*knee).isKspace);
}
