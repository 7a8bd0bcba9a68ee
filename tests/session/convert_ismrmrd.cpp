// K-space of any format as ISMRMRD lines: read by h5py from the format's definition, by ismrmrd's own programs, and back again.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "core/base/io/load.h"
#include "core/session/convert.h"
#include "tests/support/ismrmrd_script.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

std::shared_ptr<test::MemoryAcquisition> scanOf(const test::TempDir& folder, std::vector<NamedDim> dims, std::int64_t coils = 4, std::int64_t readout = 10, std::int64_t phase = 7) {
    test::writeFile(folder.file("source.bin"), "the source of this scan");
    std::int64_t images = 1;
    for (const auto& dim : dims) images *= dim.size;
    std::vector<ComplexArray> slices;
    for (std::int64_t i = 0; i < images; ++i) slices.push_back(test::randomComplex({coils, readout, phase}, static_cast<std::uint64_t>(i + 1)));
    auto scan = std::make_shared<test::MemoryAcquisition>(slices, folder.file("source.bin"));
    scan->editHeader().imageDims = std::move(dims);
    return scan;
}

void sameSamples(const Acquisition& a, const Acquisition& b) {
    REQUIRE(a.header().sliceCount() == b.header().sliceCount());
    for (std::int64_t i = 0; i < a.header().sliceCount(); ++i) {
        CAPTURE(i);
        CHECK(a.readSlice(i) == b.readSlice(i));
        CHECK(a.readCalibration(i) == b.readCalibration(i));
    }
    CHECK(a.readNoise() == b.readNoise());
}

void sameHeader(const AcquisitionHeader& a, const AcquisitionHeader& b) {
    CHECK(a.coils == b.coils);
    CHECK(a.imageDims == b.imageDims);
    CHECK(a.encoded == b.encoded);
    CHECK(a.recon == b.recon);
    CHECK(a.encodedFov == b.encodedFov);
    CHECK(a.reconFov == b.reconFov);
    CHECK(a.geometry == b.geometry);
    CHECK(a.phaseBegin == b.phaseBegin);
    CHECK(a.phaseEnd == b.phaseEnd);
    CHECK(a.acquiredMask.has_value() == b.acquiredMask.has_value());
    if (a.acquiredMask && b.acquiredMask) CHECK(a.acquiredMask->samples() == b.acquiredMask->samples());
    CHECK(a.contrast == b.contrast);
    CHECK(a.facts == b.facts);
    CHECK(a.provenance.simulated == b.provenance.simulated);
    CHECK(a.provenance.simulation == b.provenance.simulation);
}

}  // namespace

TEST_CASE("what an ISMRMRD file holds is in the converted one: lines, noise, calibration, places, facts; what lines say of themselves alone is named") {
    const test::TempDir folder;
    test::runPython(test::kPythonIsmrmrd + R"(
rng = np.random.default_rng(5)
truth = (rng.normal(size=(2, 2, 3, 10, 7)) + 1j * rng.normal(size=(2, 2, 3, 10, 7))).astype('c8')
extra = ('<measurementInformation><patientPosition>HFS</patientPosition><protocolName>t2 tse, coronal</protocolName></measurementInformation>'
         '<acquisitionSystemInformation><systemVendor>A &amp; B</systemVendor><systemFieldStrength_T>2.8936</systemFieldStrength_T></acquisitionSystemInformation>'
         '<experimentalConditions><H1resonanceFrequency_Hz>123200000</H1resonanceFrequency_Hz></experimentalConditions>')
xml = header((10, 7, 1), (5, 7, 1), (400, 210, 4), (200, 210, 4), limit(1, 1, 5, 3), extra=extra)
xml = xml.replace('</encoding>', '</encoding><sequenceParameters><TR>4000</TR><TE>90</TE><TE>110.5</TE><sequence_type>TSE</sequence_type></sequenceParameters>')
lines = [line(np.arange(12).reshape(3, 4) + 1j, flags=NOISE), line(np.ones((3, 5)) * 2j, flags=NOISE)]
for r in range(2):
    for s in range(2):
        for e in (1, 2, 4, 5):
            lines.append(line(truth[r, s, :, 2:, e], e1=e, slice=s, repetition=r, center=3, position=(1, 2, 6 * s - 3), flags=BOTH if e == 4 and r == 0 else 0))
write(folder + 'both.h5', lines, xml)
for e in (2, 3, 4): lines.append(line(truth[0, 1, :, :, e] * 3, flags=CALIB, e1=e, slice=1))
for l in lines: l['head']['flags'] &= ~np.uint64(BOTH)
write(folder + 'separate.h5', lines, xml)
)",
                    {folder.path()});
    for (const std::string name : {"both", "separate"}) {
        CAPTURE(name);
        const auto scan = io::openAcquisition(folder.file(name + ".h5"));
        REQUIRE(scan->header().facts.size() == 7);
        REQUIRE(scan->header().geometry.patient);
        REQUIRE(scan->header().acquiredMask);
        REQUIRE(scan->readNoise());
        REQUIRE(scan->readCalibration(1));
        const auto made = convertKspace(*scan, folder.file(name + ".mrd"), {});
        REQUIRE(made.lost.size() == 1);
        CHECK(made.lost[0].find("time stamps") != std::string::npos);
        const auto back = io::openAcquisition(folder.file(name + ".mrd"));
        CHECK(back->header().provenance.format == "ISMRMRD HDF5");
        sameHeader(scan->header(), back->header());
        sameSamples(*scan, *back);
    }
    // By the format's definition: types, lines with their flags, counters and lengths.
    test::runPython(test::kPythonIsmrmrd + R"(
for name, both, alone in (('both', 2, 0), ('separate', 0, 3)):
    f = h5py.File(folder + name + '.mrd')
    data = f['dataset/data']
    assert data.dtype['head'] == head, data.dtype['head']
    assert data.dtype.names == ('head', 'traj', 'data')
    h = data['head']
    flags = h['flags']
    image = (flags & (NOISE | CALIB)) == 0
    assert (flags & NOISE != 0).sum() == 1 and (flags & CALIB != 0).sum() == alone and (flags & BOTH != 0).sum() == both, flags
    assert set(h['number_of_samples'][image]) == {8} and set(h['center_sample'][image]) == {3}
    assert sorted(h['idx']['kspace_encode_step_1'][image]) == sorted([1, 2, 4, 5] * (image.sum() // 4))
    assert set(h['active_channels']) == {3} and set(h['channel_mask'][:, 0]) == {7}
    assert all(len(data[i]['data']) == 2 * 3 * h['number_of_samples'][i] for i in range(len(data)))
    assert b'Secret' not in f['dataset/xml'][0] and f['dataset/xml'].dtype == h5py.special_dtype(vlen=bytes)
    assert f['provenance'].attrs['source_file'] == name + '.h5', dict(f['provenance'].attrs)
)",
                    {folder.path()});
}

TEST_CASE("counters of a series, partitions, sizes without a field of view, facts without a name of their own, and simulated data come back") {
    const test::TempDir folder;
    for (const auto& dims : std::vector<std::vector<NamedDim>>{{{Dim::Repetition, 2}, {Dim::Frame, 3}, {Dim::Slice, 2}},
                                                                {{Dim::Set, 2}, {Dim::Contrast, 2}, {Dim::Slice, 1}},
                                                                {{Dim::Partition, 6}, {Dim::Slice, 1}}}) {
        const auto scan = scanOf(folder, dims);
        auto& header = scan->editHeader();
        header.contrast = "T2 & <FLAIR>";
        header.facts = {{"trigger delays", "0, 40 ms"}, {"TR", "unknown"}, {"systemFieldStrength_T", "3"}};
        header.provenance.simulated = true;
        header.provenance.simulation = "noise alone";
        if (dims.front().dim == Dim::Partition) header.encoded.partition = header.recon.partition = 6;
        CHECK(convertKspace(*scan, folder.file("k.mrd"), {}).lost.empty());
        const auto back = io::openAcquisition(folder.file("k.mrd"));
        sameHeader(header, back->header());
        sameSamples(*scan, *back);
    }
}

TEST_CASE("an image of zeros, lines outside of the filled columns, holes and many coils stay what they are; what the format has no place for is told") {
    const test::TempDir folder;
    const auto scan = scanOf(folder, {{Dim::Slice, 3}}, 70, 6, 5);
    std::vector<ComplexArray> slices;
    for (std::int64_t i = 0; i < 3; ++i) slices.push_back(scan->readSlice(i));
    for (auto& value : slices[1].values()) value = 0;
    for (std::int64_t c = 0; c < 70; ++c)
        for (std::int64_t r = 0; r < 6; ++r) slices[2](c, r, 3) = 0;
    test::MemoryAcquisition holes(slices, folder.file("source.bin"));
    holes.editHeader().phaseBegin = 1;  // though column 0 holds samples
    CHECK(convertKspace(holes, folder.file("k.mrd"), {}).lost.empty());
    sameSamples(holes, *io::openAcquisition(folder.file("k.mrd")));
    ByteArray samples({6, 5});
    for (std::int64_t i = 0; i < samples.size(); i += 2) samples[i] = 1;
    holes.editHeader().acquiredMask = SamplingMask(samples, "points");
    const auto made = convertKspace(holes, folder.file("k.mrd"), {});
    REQUIRE(made.lost.size() == 1);
    CHECK(made.lost[0].find("mask of the acquisition") != std::string::npos);
    sameSamples(holes, *io::openAcquisition(folder.file("k.mrd")));
    const auto averages = scanOf(folder, {{Dim::Average, 2}, {Dim::Slice, 1}});
    const auto summed = convertKspace(*averages, folder.file("a.mrd"), {});
    REQUIRE(summed.lost.size() == 1);
    CHECK(summed.lost[0].find("2 averages") != std::string::npos);
}

TEST_CASE("samples with gaps along the readout, which lines cannot tell, are read back as such and named; partly acquired lines without a mask keep theirs") {
    const test::TempDir folder;
    const auto full = scanOf(folder, {{Dim::Slice, 2}}, 3, 12, 9);
    std::vector<ComplexArray> points, echoes;
    for (std::int64_t i = 0; i < 2; ++i) {
        points.push_back(full->readSlice(i));
        echoes.push_back(full->readSlice(i));
        for (std::int64_t c = 0; c < 3; ++c)
            for (std::int64_t r = 0; r < 12; ++r)
                for (std::int64_t p = 0; p < 9; ++p) {
                    if ((r * 5 + p * 3) % 7 > 1 || p == 1) points.back()(c, r, p) = 0;
                    if (r < 2 || p % 2 == 1) echoes.back()(c, r, p) = 0;
                }
    }
    const test::MemoryAcquisition scattered(points, folder.file("source.bin")), partial(echoes, folder.file("source.bin"));
    const auto made = convertKspace(scattered, folder.file("p.mrd"), {});
    REQUIRE(made.lost.size() == 1);
    CHECK(made.lost[0].find("two dimensions") != std::string::npos);
    const auto back = io::openAcquisition(folder.file("p.mrd"));
    CHECK_FALSE(back->header().acquiredMask);  // which would say that whole lines were
    sameSamples(scattered, *back);
    CHECK(convertKspace(partial, folder.file("e.mrd"), {}).lost.empty());
    const auto echo = io::openAcquisition(folder.file("e.mrd"));
    sameSamples(partial, *echo);
    REQUIRE(echo->header().acquiredMask);
    CHECK(echo->header().acquiredMask->keptCount() == 10 * 5);
}

TEST_CASE("what the format cannot count is refused, a stop and a full disk leave nothing") {
    const test::TempDir folder;
    const auto large = scanOf(folder, {{Dim::Slice, 1}}, 1, 65536, 1);
    CHECK_THROWS_WITH_AS((void)convertKspace(*large, folder.file("k.mrd"), {}), doctest::Contains("65535, the scan has 65536"), UsageError);
    const auto scan = scanOf(folder, {{Dim::Slice, 2}});
    std::stop_source stopped;
    stopped.request_stop();
    CHECK_THROWS_AS((void)convertKspace(*scan, folder.file("k.mrd"), {stopped.get_token()}), Cancelled);
    CHECK_FALSE(std::filesystem::exists(folder.file("k.mrd")));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);  // the source
}

TEST_CASE("ismrmrd's own programs reconstruct the converted file to the same image") {
    const test::TempDir folder;
    if (test::runProgram("ismrmrd_generate_cartesian_shepp_logan", {"--help"}).exitCode == 127) {
        MESSAGE("SKIPPED: ismrmrd-tools is not installed");
        return;
    }
    const auto original = folder.file("shepp.h5");
    REQUIRE(test::runProgram("ismrmrd_generate_cartesian_shepp_logan", {"-m", "48", "-c", "5", "-n", "0.05", "-C", "-o", original}).exitCode == 0);
    const auto scan = io::openAcquisition(original);
    CHECK(convertKspace(*scan, folder.file("shepp.mrd"), {}).lost.size() == 1);  // time stamps and user values
    sameSamples(*scan, *io::openAcquisition(folder.file("shepp.mrd")));
    for (const auto& path : {original, folder.file("shepp.mrd")}) REQUIRE(test::runProgram("ismrmrd_recon_cartesian_2d", {path}).exitCode == 0);
    test::runPython(R"(
import sys, h5py, numpy as np
a, b = (h5py.File(name)['dataset/cpp/data'][:] for name in sys.argv[1:])
assert a.shape == b.shape and a.shape[-2:] == (48, 48) and a.max() > 0, a.shape
assert np.array_equal(a, b)
)",
                    {original, folder.file("shepp.mrd")});
}
