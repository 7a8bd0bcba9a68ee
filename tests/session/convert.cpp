// K-space from one format into another: the same bits, read back by other programs, and what is lost is said.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/session/convert.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

bool says(const Conversion& made, const std::string& part) {
    return std::any_of(made.lost.begin(), made.lost.end(), [&](const std::string& each) { return each.find(part) != std::string::npos; });
}

/// 3 frames of 2 slices, 4 coils, 10 x 7.
std::shared_ptr<test::MemoryAcquisition> cine(const test::TempDir& folder) {
    test::writeFile(folder.file("source.bin"), "the source of this scan");
    std::vector<ComplexArray> slices;
    for (std::uint64_t i = 0; i < 6; ++i) slices.push_back(test::randomComplex({4, 10, 7}, i + 1));
    auto scan = std::make_shared<test::MemoryAcquisition>(slices, folder.file("source.bin"));
    scan->editHeader().imageDims = {{Dim::Frame, 3}, {Dim::Slice, 2}};
    return scan;
}

/// 17 GB by its header, of which nothing can be read.
struct LargeScan final : Acquisition {
    AcquisitionHeader head;
    LargeScan() {
        head.coils = 16;
        head.encoded = head.recon = {640, 368, 1};
        head.imageDims = {{Dim::Slice, 600}};
    }
    [[nodiscard]] const AcquisitionHeader& header() const override { return head; }
    [[nodiscard]] ComplexArray readSlice(std::int64_t) const override { throw InputError("a slice was read"); }
};

}  // namespace

TEST_CASE("more than a MATLAB v5 file holds is refused before anything is read or written") {
    const test::TempDir folder;
    CHECK_THROWS_WITH_AS((void)convertKspace(LargeScan(), folder.file("k.mat"), {}), doctest::Contains("more than a MATLAB v5 file holds"), UsageError);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("arrays hold the same bits in the order that they say, as NumPy, SciPy and BART's readers find them") {
    const test::TempDir folder;
    const auto scan = cine(folder);
    const auto npy = convertKspace(*scan, folder.file("k.npy"), {});
    CHECK(npy.dims == "frame,slice,coil,readout,phase");
    CHECK(npy.shape == Shape{3, 2, 4, 10, 7});
    const auto mat = convertKspace(*scan, folder.file("k.mat"), {});
    CHECK(mat.dims == "readout,phase,coil,slice,frame");
    CHECK(mat.shape == Shape{10, 7, 4, 2, 3});
    const auto cfl = convertKspace(*scan, folder.file("k.cfl"), {});
    CHECK(cfl.shape == Shape{10, 7, 1, 4, 1, 1, 1, 1, 1, 1, 3, 1, 1, 2, 1, 1});
    (void)test::runPython(R"(
import sys, numpy as np, scipy.io
folder = sys.argv[1]
k = np.load(folder + '/k.npy')
assert k.dtype == np.complex64 and k.shape == (3, 2, 4, 10, 7), k.shape
m = scipy.io.loadmat(folder + '/k.mat')['kspace']
assert m.dtype == np.complex64 and np.array_equal(m.transpose(4, 3, 2, 0, 1), k)
dims = [int(n) for n in open(folder + '/k.hdr').read().split('\n')[1].split()]
c = np.fromfile(folder + '/k.cfl', np.complex64).reshape(dims, order='F')
assert np.array_equal(c[:, :, 0, :, 0, 0, 0, 0, 0, 0, :, 0, 0, :, 0, 0].transpose(3, 4, 2, 0, 1), k)
)",
                          {folder.path()});
    for (const char* name : {"k.npy", "k.mat", "k.cfl"}) {
        CAPTURE(name);
        io::LoadOptions options;
        if (std::string(name) != "k.cfl") options.dims = io::parseDims(std::string(name) == "k.npy" ? npy.dims : mat.dims);
        const auto back = io::openAcquisition(folder.file(name), options);
        REQUIRE(back->header().imageDims == scan->header().imageDims);
        for (std::int64_t i = 0; i < 6; ++i) CHECK(back->readSlice(i) == scan->readSlice(i));
    }
    CHECK(says(npy, "what the axes are"));
    CHECK_FALSE(says(cfl, "what the axes are"));
}

TEST_CASE("partitions lie where BART has them") {
    const test::TempDir folder;
    const auto scan = cine(folder);
    scan->editHeader().imageDims = {{Dim::Partition, 3}, {Dim::Slice, 2}};
    const auto made = convertKspace(*scan, folder.file("k.cfl"), {});
    CHECK(made.shape == Shape{10, 7, 3, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1});
    const auto file = io::openArrayFile(folder.file("k.cfl"));
    const Shape whole = file->entries()[0].shape;  // slowest first: BART's 14 first dimensions reversed, slices at 0, partitions at 11
    REQUIRE(whole.size() == 14);
    for (std::int64_t p = 0; p < 3; ++p)
        for (std::int64_t s = 0; s < 2; ++s) {
            Shape start(14, 0), count = whole;
            start[0] = s, count[0] = 1, start[11] = p, count[11] = 1;
            const auto plane = file->read("", start, count);  // [.., coil, 1, phase, readout]
            const auto expected = scan->readSlice(p * 2 + s);
            REQUIRE(plane.size() == expected.size());
            for (std::int64_t c = 0; c < 4; ++c)
                for (std::int64_t r = 0; r < 10; ++r)
                    for (std::int64_t e = 0; e < 7; ++e) CHECK(plane[(c * 7 + e) * 10 + r] == expected(c, r, e));
        }
}

TEST_CASE("fastMRI's layout comes back whole: matrices, sizes, filled columns, mask, simulation and where it came from") {
    const test::TempDir folder;
    const auto scan = cine(folder);
    auto& header = scan->editHeader();
    header.imageDims = {{Dim::Slice, 6}};
    header.recon = {5, 7, 1};
    header.encodedFov = FieldOfView{400, 210, 5};
    header.reconFov = FieldOfView{200, 210, 5};
    header.contrast = "AXT2";
    header.phaseBegin = 2;
    header.phaseEnd = 6;
    header.acquiredMask = SamplingMask::fromColumns({0, 0, 1, 0, 1, 1, 0}, 10, "of the scanner");
    header.facts["TE"] = "90";
    header.provenance.simulated = true;
    header.provenance.simulation = "noise alone";
    const auto made = convertKspace(*scan, folder.file("k.h5"), {});
    const auto back = io::openAcquisition(folder.file("k.h5"));
    CHECK(back->header().encoded == header.encoded);
    CHECK(back->header().recon == header.recon);
    CHECK(back->header().encodedFov == header.encodedFov);
    CHECK(back->header().reconFov == header.reconFov);
    CHECK(back->header().contrast == "AXT2");
    CHECK(back->header().phaseBegin == 2);
    CHECK(back->header().phaseEnd == 6);
    REQUIRE(back->header().acquiredMask);
    CHECK(back->header().acquiredMask->samples() == header.acquiredMask->samples());
    CHECK(back->header().provenance.simulated);
    CHECK(back->header().provenance.simulation == "noise alone");
    for (std::int64_t i = 0; i < 6; ++i) CHECK(back->readSlice(i) == scan->readSlice(i));
    CHECK(made.lost.empty());
    CHECK(back->header().facts == header.facts);
    const auto origin = test::runPython("import sys, h5py\nf = h5py.File(sys.argv[1])\nprint('reconstruction_rss' in f, f['provenance'].attrs['source_file'], len(f['provenance'].attrs['source_sha256']))",
                                        {folder.file("k.h5")});
    CHECK(origin == "False source.bin 64\n");
    const auto flat = convertKspace(*scan, folder.file("k.npy"), {});
    for (const char* part : {"simulated", "AXT2", "readout oversampling", "columns 2 to 5", "mask", "TE (90)"}) {
        CAPTURE(part);
        CHECK(says(flat, part));
    }
}

TEST_CASE("fully sampled scans get their images; a stop leaves nothing") {
    const test::TempDir folder;
    const auto source = test::writePhantomScan(folder.file("scan.h5"), {2, 3, 32, 30});
    const auto scan = io::openAcquisition(source);
    (void)convertKspace(*scan, folder.file("again.h5"), {});
    (void)test::runPython("import sys, h5py, numpy as np\n"
                          "a, b = (h5py.File(f) for f in sys.argv[1:])\n"
                          "assert np.array_equal(a['kspace'][:], b['kspace'][:])\n"
                          "k = a['kspace'][:]; x = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k, axes=(2, 3)), norm='ortho'), axes=(2, 3))\n"
                          "rss = np.sqrt((abs(x) ** 2).sum(1)); r = b['reconstruction_rss'][:]\n"
                          "assert r.shape == rss.shape and np.linalg.norm(r - rss) < 1e-5 * np.linalg.norm(rss)",
                          {source, folder.file("again.h5")});
    std::stop_source stopped;
    stopped.request_stop();
    CHECK_THROWS_AS((void)convertKspace(*scan, folder.file("none.h5"), {stopped.get_token()}), Cancelled);
    CHECK_THROWS_AS((void)convertKspace(*scan, folder.file("none.cfl"), {stopped.get_token()}), Cancelled);
    CHECK_FALSE(std::filesystem::exists(folder.file("none.h5")));
    CHECK_FALSE(std::filesystem::exists(folder.file("none.cfl")));
    CHECK_FALSE(std::filesystem::exists(folder.file("none.hdr")));
    CHECK_THROWS_AS((void)convertKspace(*scan, folder.file("none.png"), {}), UsageError);
}

TEST_CASE("frames stay frames in fastMRI's layout; what reading left behind is named for every format") {
    const test::TempDir folder;
    const auto scan = cine(folder);
    scan->editHeader().provenance.dropped = {"12 lines for navigation"};
    const auto made = convertKspace(*scan, folder.file("k.h5"), {});
    CHECK(made.lost == std::vector<std::string>{"12 lines for navigation"});
    const auto back = io::openAcquisition(folder.file("k.h5"));
    CHECK(back->header().imageDims == scan->header().imageDims);
    for (const char* name : {"k.npy", "k.mrd", "k.cfl"}) CHECK(says(convertKspace(*scan, folder.file(name), {}), "navigation"));
}

TEST_CASE("double precision, and data sets of a fastMRI file that have no place, are named") {
    const test::TempDir folder;
    (void)test::runPython(R"(
import sys, numpy as np, h5py
k = np.random.default_rng(1).standard_normal((2, 3, 8, 6)) + 1j
np.save(sys.argv[1] + '/double.npy', k)
np.save(sys.argv[1] + '/single.npy', k.astype(np.complex64))
with h5py.File(sys.argv[1] + '/fast.h5', 'w') as f:
    f['kspace'], f['reconstruction_esc'], f.attrs['max'] = k.astype(np.complex64), np.ones((2, 8, 6)), 3.0
)",
                          {folder.path()});
    io::LoadOptions dims;
    dims.dims = {Dim::Slice, Dim::Coil, Dim::Readout, Dim::Phase};
    CHECK(says(convertKspace(*io::openAcquisition(folder.file("double.npy"), dims), folder.file("a.npy"), {}), "double precision"));
    CHECK_FALSE(says(convertKspace(*io::openAcquisition(folder.file("single.npy"), dims), folder.file("b.npy"), {}), "double precision"));
    const auto fast = convertKspace(*io::openAcquisition(folder.file("fast.h5")), folder.file("c.h5"), {});
    CHECK(says(fast, "reconstruction_esc"));
    CHECK(says(fast, "attribute max"));
}
