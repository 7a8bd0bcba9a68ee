// ISMRMRD files of h5py and of ismrmrd's own generator; what must come out is said by numpy.
#include <doctest/doctest.h>

#include <algorithm>
#include <complex>

#include "core/base/io/load.h"
#include "core/base/rng.h"
#include "tests/support/ismrmrd_script.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

/// A scan of two slices [slice, coil, readout, phase] = truth, of odd size; lines in a shuffled order.
const std::string kScan = kPythonIsmrmrd + R"(
rng = np.random.default_rng(5)
truth = (rng.normal(size=(2, 3, 10, 7)) + 1j * rng.normal(size=(2, 3, 10, 7))).astype('c8')
xml = header((10, 7, 1), (5, 7, 1), (400, 210, 4), (200, 210, 4), limit(1, 0, 6, 3))
def image(chosen=range(7), **fields):
    return [line(truth[s, :, :, e], e1=e, slice=s, position=(0, 0, 6 * s), **fields) for s in (1, 0) for e in chosen]
def save(lines, name='scan.h5', shuffled=True, **options):
    if shuffled: lines = [lines[i] for i in rng.permutation(len(lines))]
    truth.tofile(folder + 'truth.raw')
    write(folder + name, lines, options.pop('xml', xml), **options)
)";

ComplexArray rawArray(const std::string& path, const Shape& shape) {
    return {shape, readRaw<cfloat>(path)};
}

AcquisitionPtr scanOf(const TempDir& dir, const std::string& script) {
    runPython(kScan + script, {dir.path()});
    return io::openAcquisition(dir.file("scan.h5"));
}

ComplexArray truthOf(const TempDir& dir, std::int64_t slice) {
    return rawArray(dir.file("truth.raw"), {2, 3, 10, 7}).slice(slice);
}

bool hasNote(const AcquisitionPtr& scan, const std::string& part) {
    const auto& notes = scan->header().provenance.notes;
    return std::any_of(notes.begin(), notes.end(), [&](const auto& note) { return note.find(part) != std::string::npos; });
}

double largestDifference(const ComplexArray& a, const ComplexArray& b) {
    REQUIRE(a.shape() == b.shape());
    double largest = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) largest = std::max<double>(largest, std::abs(a[i] - b[i]));
    return largest;
}

}  // namespace

TEST_CASE("ISMRMRD: interleaved slices in any order, geometry, oversampling") {
    const TempDir dir;
    for (const std::string layout : {"chunks=1", "chunks=4", "chunks=None", "userblock=512"}) {
        CAPTURE(layout);
        const auto scan = scanOf(dir, "save(image(), " + layout + ")");
        const AcquisitionHeader& header = scan->header();
        CHECK(header.provenance.format == "ISMRMRD HDF5");
        CHECK(header.coils == 3);
        CHECK(header.imageDims == std::vector<NamedDim>{{Dim::Slice, 2}});
        CHECK(header.encoded == Matrix{10, 7, 1});
        CHECK(header.recon == Matrix{5, 7, 1});
        CHECK(header.readoutOversampling() == 2);
        CHECK(header.geometry.pixel == PixelSize{40, 30});
        CHECK_FALSE(header.acquiredMask);
        REQUIRE(header.geometry.patient);
        CHECK(header.geometry.patient->sliceSpacingMm == 6);
        // Pixel (0, 0) lies 2 pixels of 40 mm and 3 of 30 mm before the middle.
        CHECK(header.geometry.patient->firstPixelMm == std::array<double, 3>{-80, -90, 0});
        for (std::int64_t s = 0; s < 2; ++s) CHECK(scan->readSlice(s) == truthOf(dir, s));
        CHECK_FALSE(scan->readNoise());
        CHECK_FALSE(scan->readCalibration(0));
        CHECK_THROWS_AS((void)scan->readSlice(2), InputError);
    }
}

TEST_CASE("ISMRMRD: reversed lines, discarded samples and lines that are no image") {
    const TempDir dir;
    const auto scan = scanOf(dir, R"(
lines = image(range(1, 7))
for s in (0, 1):
    t = truth[s, :, :, 0]
    lines.append(line(np.pad(t[:, ::-1], ((0, 0), (3, 2)), constant_values=99), flags=REVERSED, e1=0, slice=s, pre=3, post=2, center=3 + 5))
    for flag in (NAVIGATION, PHASECORR, DUMMY):
        lines.append(line(np.full((3, 10), 77), flags=flag, e1=2, slice=s))
lines.append(line(np.full((3, 10), 66), e1=9))
save(lines)
)");
    for (std::int64_t s = 0; s < 2; ++s) CHECK(scan->readSlice(s) == truthOf(dir, s));
    CHECK(hasNote(scan, "2 lines of navigation are left out"));
    CHECK(hasNote(scan, "2 lines of phase correction are left out"));
    CHECK(hasNote(scan, "2 lines of dummy scans are left out"));
    CHECK(hasNote(scan, "1 lines whose phase encode lies outside the encoded matrix are left out"));
    CHECK(hasNote(scan, "2 reversed lines are flipped"));
}

TEST_CASE("ISMRMRD: asymmetric echo and partial Fourier stay zero, at their place, and are told") {
    const TempDir dir;
    const auto scan = scanOf(dir, R"(
# Samples 3 to 9 of 10 with the centre 5 at 2; columns 2 to 6 of 7, counted from 0, with the centre 3 at 1.
partial = header((10, 7, 1), (5, 7, 1), (400, 210, 4), (200, 210, 4), limit(1, 0, 4, 1))
lines = [line(truth[s, :, 3:, e + 2], e1=e, slice=s, center=2) for s in (0, 1) for e in range(5)]
lines += [line(truth[s, :, 3:, 4][:, ::-1], e1=2, slice=s, center=4, flags=REVERSED) for s in (0, 1)]  # the same line again, backwards
save(lines, xml=partial)
)");
    ComplexArray expected = truthOf(dir, 1);
    for (std::int64_t c = 0; c < 3; ++c)
        for (std::int64_t r = 0; r < 10; ++r)
            for (std::int64_t p = 0; p < 7; ++p)
                if (r < 3 || p < 2) expected(c, r, p) = 0;
    CHECK(scan->readSlice(1) == expected);
    CHECK(scan->header().phaseBegin == 2);
    CHECK(scan->header().phaseEnd == 7);
    CHECK(hasNote(scan, "partial Fourier"));
    CHECK(hasNote(scan, "asymmetric echo: the first 3 of 10"));
    CHECK(hasNote(scan, "2 lines were measured again"));
    REQUIRE(scan->header().acquiredMask);
    CHECK(scan->header().acquiredMask->keptCount() == 7 * 5);
}

TEST_CASE("ISMRMRD: averages are divided by their number, also where a line has fewer") {
    const TempDir dir;
    const auto scan = scanOf(dir, R"(
lines = image()
for s in (0, 1):
    for e in range(3): lines.append(line(3 * truth[s, :, :, e], e1=e, slice=s, average=1))
save(lines)
)");
    const ComplexArray found = scan->readSlice(0);
    ComplexArray expected = truthOf(dir, 0);
    for (std::int64_t c = 0; c < 3; ++c)
        for (std::int64_t r = 0; r < 10; ++r)
            for (std::int64_t p = 0; p < 3; ++p) expected(c, r, p) *= 2;
    CHECK(largestDifference(found, expected) < 1e-6);
    CHECK(hasNote(scan, "2 averages"));
}

TEST_CASE("ISMRMRD: noise, calibration alone, calibration and image in one; what was acquired") {
    const TempDir dir;
    const auto scan = scanOf(dir, R"(
lines = image((0, 2, 6)) + image((4,), flags=BOTH) + image((3,), flags=CALIB)
noise = [np.arange(12).reshape(3, 4) + 1j, np.arange(9).reshape(3, 3) + 2j]
save([line(n, flags=NOISE) for n in noise] + lines, shuffled=False)
)");
    const ComplexArray truth = truthOf(dir, 1), image = scan->readSlice(1);
    const auto calibration = scan->readCalibration(1);
    REQUIRE(calibration);
    for (std::int64_t p = 0; p < 7; ++p) {
        CAPTURE(p);
        const bool inImage = p == 0 || p == 2 || p == 4 || p == 6, inCalibration = p == 3 || p == 4;
        CHECK(image(1, 6, p) == (inImage ? truth(1, 6, p) : cfloat{}));
        CHECK((*calibration)(1, 6, p) == (inCalibration ? truth(1, 6, p) : cfloat{}));
    }
    REQUIRE(scan->header().acquiredMask);
    CHECK(scan->header().acquiredMask->keptCount() == 40);
    const auto noise = scan->readNoise();
    REQUIRE(noise);
    CHECK(noise->shape() == Shape{3, 7});
    CHECK((*noise)(1, 0) == cfloat(4, 1));
    CHECK((*noise)(2, 6) == cfloat(8, 2));
}

TEST_CASE("ISMRMRD: noise of a noise scan is told in the bandwidth of the image's lines") {
    const TempDir dir;
    const auto scan = scanOf(dir, R"(
def timed(l, us):
    l['head']['sample_time_us'] = us
    return l
noise = [timed(line(np.full((3, 4), 2 + 2j), flags=NOISE), 2.5), line(np.full((3, 2), 5), flags=NOISE)]
save(noise + [timed(l, 10) for l in image()], shuffled=False)
)");
    const auto noise = scan->readNoise();
    REQUIRE(noise);
    CHECK(std::abs((*noise)(1, 0) - cfloat(1, 1)) < 1e-6F);  // a quarter of the variance
    CHECK((*noise)(1, 5) == cfloat(5, 0));                   // of a line that does not tell its time
    const auto narrow = scanOf(dir, R"(
system = '<acquisitionSystemInformation><relativeReceiverNoiseBandwidth>0.25</relativeReceiverNoiseBandwidth></acquisitionSystemInformation>'
save([line(np.full((3, 4), 2), flags=NOISE)] + image(), shuffled=False, xml=header((10, 7, 1), (5, 7, 1), (400, 210, 4), (200, 210, 4), limit(1, 0, 6, 3), extra=system))
)");
    CHECK(std::abs((*narrow->readNoise())(2, 3) - cfloat(4, 0)) < 1e-6F);
}

TEST_CASE("ISMRMRD: contrasts, repetitions, sets and frames, also where counters begin late") {
    const TempDir dir;
    const auto scan = scanOf(dir, R"(
lines = [line(truth[0, :, :, e] * (1 + c + 10 * f + 100 * r), e1=e, contrast=c, phase=f, repetition=4 + r)
         for c in range(2) for f in range(3) for r in range(2) for e in range(7)]
save(lines, chunks=5)
)");
    CHECK(scan->header().imageDims == std::vector<NamedDim>{{Dim::Repetition, 2}, {Dim::Contrast, 2}, {Dim::Frame, 3}, {Dim::Slice, 1}});
    const cfloat one = truthOf(dir, 0)(2, 9, 6);
    for (std::int64_t r = 0; r < 2; ++r)
        for (std::int64_t c = 0; c < 2; ++c)
            for (std::int64_t f = 0; f < 3; ++f) {
                const auto found = scan->readSlice((r * 2 + c) * 3 + f)(2, 9, 6);
                CHECK(std::abs(found - one * static_cast<float>(1 + c + 10 * f + 100 * r)) < 1e-4F * std::abs(found));
            }
}

TEST_CASE("ISMRMRD: partitions of a 3D scan are placed by their centre") {
    const TempDir dir;
    runPython(kPythonIsmrmrd + R"(
volume = np.arange(2 * 4 * 3 * 6).reshape(2, 4, 3, 6) + 1j  # coil, readout, phase, partition
xml = header((4, 3, 6), (4, 3, 6), (40, 30, 60), (40, 30, 60), limit(1, 0, 2, 1) + limit(2, 0, 4, 2))
write(folder + 'scan.h5', [line(volume[:, :, e, p + 1], e1=e, e2=p) for p in range(5) for e in range(3)], xml)
)",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("scan.h5"));
    CHECK(scan->header().imageDims == std::vector<NamedDim>{{Dim::Partition, 6}, {Dim::Slice, 1}});
    // Step 0 goes to partition 6 / 2 - 2 = 1.
    CHECK(scan->readSlice(0)(1, 2, 1) == cfloat{});
    CHECK(scan->readSlice(1)(1, 2, 1) == cfloat(1 * 72 + 2 * 18 + 1 * 6 + 1, 1));
    CHECK(scan->readSlice(5)(0, 3, 2) == cfloat(3 * 18 + 2 * 6 + 5, 1));
    CHECK(scan->header().geometry.sliceThicknessMm == 10);
    CHECK(hasNote(scan, "1 of 6 partition planes hold no line"));
}

TEST_CASE("ISMRMRD: what cannot be read is refused with what and where") {
    const TempDir dir;
    const auto refusal = [&](const std::string& script) {
        runPython(kScan + script, {dir.path()});
        return ioErrorOf([&] { (void)io::openAcquisition(dir.file("scan.h5")); });
    };
    const auto holds = [](const std::string& text, const char* part) {
        CAPTURE(text);
        CHECK(text.find(part) != std::string::npos);
    };
    holds(refusal("save(image(), xml=header((10, 7, 1), (5, 7, 1), (1, 1, 1), (1, 1, 1), trajectory='radial'))"), "radial");
    holds(refusal("save(image(), xml='<wrong')"), "XML");
    holds(refusal("save([line(np.ones((3, 4)), flags=NOISE)])"), "1 lines, of which 1 hold noise");
    holds(refusal("save(image() + [line(np.ones((2, 10)))], shuffled=False)"), "2 in line 14");
    holds(refusal("save(image(), xml=header((1000000, 1000000, 1), (5, 7, 1), (1, 1, 1), (1, 1, 1)))"), "lines that can fill");
    holds(refusal("save(image(), xml=header((6, 7, 1), (5, 7, 1), (1, 1, 1), (1, 1, 1)))"), "lines inside the encoded matrix of 6 x 7");
    holds(refusal("bad = image(); bad[3]['head']['number_of_samples'] = 60000; save(bad, shuffled=False)"), "in line 3");
    runPython(kScan + "save(image())", {dir.path()});
    CHECK_THROWS_AS((void)io::openAcquisition(dir.file("scan.h5"), {"", {Dim::Coil, Dim::Readout, Dim::Phase}}), UsageError);
}

TEST_CASE("ISMRMRD: the generator's Shepp-Logan phantom, reconstructed as numpy does, looks like the phantom") {
    const TempDir dir;
    if (runProgram("ismrmrd_generate_cartesian_shepp_logan", {"--help"}).exitCode == 127) {
        MESSAGE("SKIPPED: ismrmrd-tools is not installed");
        return;
    }
    const std::string path = dir.file("shepp.h5");
    REQUIRE(runProgram("ismrmrd_generate_cartesian_shepp_logan",
                       {"-m", "48", "-c", "4", "-r", "1", "-a", "2", "-w", "8", "-n", "0", "-C", "-o", path})
                .exitCode == 0);
    const auto scan = io::openAcquisition(path);
    CHECK(scan->header().imageDims == std::vector<NamedDim>{{Dim::Repetition, 2}, {Dim::Slice, 1}});
    CHECK(scan->header().encoded == Matrix{96, 48, 1});
    CHECK(scan->header().recon == Matrix{48, 48, 1});
    CHECK(scan->readNoise().value().shape() == Shape{4, 96});
    // Each repetition holds every second line, and lines of both kinds in the middle; together they are the whole of k-space.
    ComplexArray whole({4, 96, 48});
    for (std::int64_t r = 0; r < 2; ++r) {
        const ComplexArray image = scan->readSlice(r), calibration = scan->readCalibration(r).value();
        for (std::int64_t i = 0; i < whole.size(); ++i)
            if (whole[i] == cfloat{}) whole[i] = image[i] != cfloat{} ? image[i] : calibration[i];
    }
    writeRaw<cfloat>(dir.file("kspace.raw"), whole.values());
    const std::string error = runPython(R"(
import sys, numpy as np, h5py
k = np.fromfile(sys.argv[1] + '/kspace.raw', 'c8').reshape(4, 96, 48)
image = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k, axes=(1, 2)), axes=(1, 2)), axes=(1, 2))[:, 24:72]
with h5py.File(sys.argv[1] + '/shepp.h5', 'r') as f:
    def read(name):
        x = f['dataset/' + name][0]
        return x['real'] + 1j * x['imag']
    phantom, csm = read('phantom'), read('csm')
combined = (image * csm.conj().transpose(0, 2, 1)).sum(0) / (abs(csm) ** 2).sum(0).T
truth = phantom.T
scale = np.vdot(combined, truth) / np.vdot(combined, combined)
print(np.linalg.norm(scale * combined - truth) / np.linalg.norm(truth))
)",
                                        {dir.path()});
    CHECK(std::stod(error) < 0.02);
}

TEST_CASE("ISMRMRD: damaged files give an error or k-space, never a crash") {
    const TempDir dir;
    runPython(kScan + "save(image(), chunks=2)", {dir.path()});
    const std::string whole = readFile(dir.file("scan.h5"));
    NoiseSource noise(11, 0);
    int opened = 0, refused = 0;
    for (int i = 0; i < 200; ++i) {
        std::string bad = whole;
        for (int k = 0; k < 6; ++k) {
            bad[static_cast<std::size_t>(noise.below(static_cast<std::int64_t>(bad.size())))] = static_cast<char>(noise.below(256) - 128);
        }
        if (i % 8 == 0) bad.resize(static_cast<std::size_t>(noise.below(static_cast<std::int64_t>(bad.size()))));
        writeFile(dir.file("bad.h5"), bad);
        try {
            const auto scan = io::openAcquisition(dir.file("bad.h5"));
            for (std::int64_t s = 0; s < scan->header().sliceCount(); ++s) (void)scan->readSlice(s);
            ++opened;
        } catch (const InputError&) {
            ++refused;
        }
    }
    CHECK(opened > 0);
    CHECK(refused > 0);
}
