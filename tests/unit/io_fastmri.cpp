#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

const std::string kXml = kPythonRamp + R"(
import h5py
def xml(enc, recon, efov, rfov, center, maximum, prefix=''):
    def space(name, m, f):
        return '<%s><matrixSize><x>%d</x><y>%d</y><z>1</z></matrixSize><fieldOfView_mm><x>%g</x><y>%g</y><z>4.5</z></fieldOfView_mm></%s>' % ((name,) + m + f + (name,))
    return ('<?xml version="1.0"?><ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD"><subjectInformation><patientName>Secret Name</patientName></subjectInformation>'
            '<encoding>' + space('encodedSpace', enc, efov) + space('reconSpace', recon, rfov) +
            '<encodingLimits><kspace_encoding_step_1><minimum>0</minimum><maximum>%d</maximum><center>%d</center></kspace_encoding_step_1></encodingLimits>'
            '<trajectory>cartesian</trajectory></encoding></ismrmrdHeader>') % (maximum, center)
)";

ComplexArray sliceOf(const ComplexArray& x, std::int64_t index) {
    return x.slice(index);
}

}  // namespace

TEST_CASE("fastMRI: several coils, padding, oversampling, attributes") {
    const TempDir dir;
    runPython(kXml + R"(
with h5py.File(folder + 'brain.h5', 'w') as f:
    f['kspace'] = ramp(3, 2, 22, 15)
    f['reconstruction_rss'] = np.ones((3, 11, 11), 'f4')
    f['ismrmrd_header'] = xml((22, 15), (11, 11), (440.0, 300.0), (220.0, 220.0), 6, 12).encode()
    f.attrs['acquisition'] = 'AXT1'
    f.attrs['patient_id'] = 'Secret Number'
    f.attrs['max'] = 1.5
    f.attrs['norm'] = 2.5
)",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("brain.h5"));
    const AcquisitionHeader& header = scan->header();
    CHECK(header.coils == 2);
    CHECK(header.sliceCount() == 3);
    CHECK(header.encoded == Matrix{22, 15, 1});
    CHECK(header.recon == Matrix{11, 11, 1});
    CHECK(header.encodedFov == FieldOfView{440, 300, 4.5});
    CHECK(header.reconFov == FieldOfView{220, 220, 4.5});
    CHECK(header.geometry.pixel == PixelSize{20, 20});
    CHECK(header.geometry.sliceThicknessMm == 4.5);
    CHECK_FALSE(header.geometry.patient);
    // 15 / 2 - 6 = 1 column of padding at the left; 1 + 12 + 1 = 14, so one at the right.
    CHECK(header.phaseBegin == 1);
    CHECK(header.phaseEnd == 14);
    CHECK(header.contrast == "AXT1");
    CHECK_FALSE(header.acquiredMask);
    CHECK(header.readoutOversampling() == doctest::Approx(2));
    CHECK(header.provenance.loader == "fastmri");
    CHECK(header.provenance.format == "fastMRI HDF5");
    CHECK(header.provenance.dims == "slice,coil,readout,phase");
    CHECK_FALSE(header.provenance.dimsGuessed);
    CHECK_FALSE(header.provenance.simulated);
    for (const std::string& note : header.provenance.notes) CHECK(note.find("Secret") == std::string::npos);
    for (std::int64_t s = 0; s < 3; ++s) CHECK(scan->readSlice(s) == sliceOf(ramp({3, 2, 22, 15}), s));
    CHECK_THROWS_AS((void)scan->readSlice(3), InputError);
    CHECK_THROWS_AS((void)scan->readSlice(-1), InputError);
    CHECK(io::guessContent(dir.file("brain.h5")).isKspace);
    const auto images = io::readImages(dir.file("brain.h5"));
    CHECK(images.pixels.shape() == Shape{3, 11, 11});
    CHECK(images.isReal);
    CHECK(images.geometry.pixel == PixelSize{20, 20});
}

TEST_CASE("fastMRI: one coil, mask of a test set, no header") {
    const TempDir dir;
    runPython(kXml + R"(
with h5py.File(folder + 'knee.h5', 'w') as f:
    f['kspace'] = ramp(3, 20, 13)
    f['reconstruction_esc'] = np.ones((3, 10, 10), 'f4')
    f['mask'] = (np.arange(13) % 4 == 1)
    f.attrs['larmor_simulated'] = True
    f.attrs['larmor_simulation'] = '12 smooth coils'
)",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("knee.h5"));
    const AcquisitionHeader& header = scan->header();
    CHECK(header.coils == 1);
    CHECK(header.recon == Matrix{10, 10, 1});
    CHECK(header.phaseBegin == 0);
    CHECK(header.phaseEnd == 13);
    CHECK_FALSE(header.encodedFov);
    CHECK_FALSE(header.geometry.pixel);
    REQUIRE(header.acquiredMask);
    CHECK(header.acquiredMask->isColumnwise());
    CHECK(header.acquiredMask->keptCount() == 20 * 3);
    CHECK(header.acquiredMask->samples()(std::int64_t{7}, std::int64_t{5}) == 1);
    CHECK(header.provenance.simulated);
    CHECK(header.provenance.simulation == "12 smooth coils");
    CHECK(scan->readSlice(1) == ramp({3, 20, 13}).slice(1).reshaped({1, 20, 13}));
}

TEST_CASE("fastMRI: fewer columns than the reconstruction asks for, header that does not fit, bare k-space") {
    const TempDir dir;
    runPython(kXml + R"(
with h5py.File(folder + 'narrow.h5', 'w') as f:
    f['kspace'] = ramp(1, 2, 20, 7)
    f['ismrmrd_header'] = xml((20, 7), (10, 10), (20.0, 7.0), (10.0, 10.0), 300, 400)
with h5py.File(folder + 'bare.h5', 'w') as f: f['kspace'] = ramp(1, 2, 20, 7)
with h5py.File(folder + 'badxml.h5', 'w') as f:
    f['kspace'] = ramp(1, 2, 20, 7)
    f['ismrmrd_header'] = '<ismrmrdHeader><encoding>'
with h5py.File(folder + 'badmask.h5', 'w') as f:
    f['kspace'] = ramp(1, 2, 20, 7)
    f['mask'] = np.ones(9)
)",
              {dir.path()});
    const auto narrow = io::openAcquisition(dir.file("narrow.h5"))->header();
    CHECK(narrow.recon == Matrix{7, 7, 1});
    CHECK(narrow.phaseBegin == 0);
    CHECK(narrow.phaseEnd == 7);
    CHECK(narrow.provenance.notes.size() == 2);
    CHECK(io::openAcquisition(dir.file("bare.h5"))->header().recon == Matrix{20, 7, 1});
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("badxml.h5")); }).find("ismrmrd_header") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)io::openAcquisition(dir.file("badmask.h5")); }).find("'mask': expected 7 values") != std::string::npos);
}

TEST_CASE("fastMRI: texts of every kind that h5py stores") {
    const TempDir dir;
    runPython(kXml + R"(
header = xml((22, 15), (11, 11), (440.0, 300.0), (220.0, 220.0), 6, 12)
for name, options in {'old': {}, 'new': {'libver': 'latest'}, 'block': {'userblock_size': 1024}}.items():
    for kind, text in {'variable': lambda t: t, 'fixed': lambda t: np.bytes_(t.encode())}.items():
        with h5py.File(folder + name + kind + '.h5', 'w', **options) as f:
            f['kspace'] = ramp(3, 2, 22, 15)
            for i in range(4 if name == 'new' else 60):
                f.attrs['note%d' % i] = 'x' * i
            f.attrs['acquisition'] = text('CORPDFS_FBK')
            f['ismrmrd_header'] = text(header)
            f.attrs['larmor_simulation'] = text('coils: ä')
)",
              {dir.path()});
    for (const char* name : {"oldvariable", "newvariable", "blockvariable", "oldfixed", "newfixed", "blockfixed"}) {
        CAPTURE(name);
        const auto scan = io::openAcquisition(dir.file(std::string(name) + ".h5"));
        CHECK(scan->header().contrast == "CORPDFS_FBK");
        CHECK(scan->header().recon == Matrix{11, 11, 1});
        CHECK(scan->header().provenance.simulation == "coils: ä");
        CHECK(scan->readSlice(1) == ramp({3, 2, 22, 15}).slice(1));
    }
}

TEST_CASE("fastMRI: other axes or another data set when a person says so") {
    const TempDir dir;
    runPython(kXml + R"(
with h5py.File(folder + 'a.h5', 'w') as f:
    f['kspace'] = ramp(3, 2, 22, 15)
    f['other'] = ramp(4, 9, 8)
)",
              {dir.path()});
    const auto same = io::openAcquisition(dir.file("a.h5"), {"", io::parseDims("slice,coil,readout,phase")});
    CHECK(same->header().provenance.loader == "fastmri");
    const auto swapped = io::openAcquisition(dir.file("a.h5"), {"", io::parseDims("coil,slice,readout,phase")});
    CHECK(swapped->header().coils == 3);
    CHECK(swapped->header().sliceCount() == 2);
    const auto other = io::openAcquisition(dir.file("a.h5"), {"other", {}});
    CHECK(other->header().coils == 4);
    CHECK(other->readSlice(0) == ramp({4, 9, 8}));
}

TEST_CASE("a file that changes or vanishes while it is open") {
    const TempDir dir;
    runPython(kXml + R"(
with h5py.File(folder + 'a.h5', 'w') as f: f['kspace'] = ramp(3, 2, 22, 15)
np.save(folder + 'a', ramp(2, 9, 8))
)",
              {dir.path()});
    for (const char* name : {"a.h5", "a.npy"}) {
        CAPTURE(name);
        const std::string path = dir.file(name);
        const auto scan = io::openAcquisition(path);
        CHECK_NOTHROW((void)scan->readSlice(0));
        const auto time = std::filesystem::last_write_time(path);
        std::filesystem::last_write_time(path, time + std::chrono::seconds(2));
        CHECK(ioErrorOf([&] { (void)scan->readSlice(0); }).find("written to since") != std::string::npos);
        std::filesystem::last_write_time(path, time);
        CHECK_NOTHROW((void)scan->readSlice(0));
        std::filesystem::resize_file(path, std::filesystem::file_size(path) - 8);
        CHECK(ioErrorOf([&] { (void)scan->readSlice(0); }).find("bytes instead of") != std::string::npos);
        std::filesystem::remove(path);
        CHECK(ioErrorOf([&] { (void)scan->readSlice(0); }).find("it is gone") != std::string::npos);
    }
}

TEST_CASE("several threads read one scan") {
    const TempDir dir;
    runPython(kXml +
                  "f = h5py.File(folder + 'a.h5', 'w'); f.create_dataset('kspace', data=ramp(8, 2, 22, 15), chunks=(1, 1, 22, 15), "
                  "compression='gzip')",
              {dir.path()});
    const auto scan = io::openAcquisition(dir.file("a.h5"));
    const ComplexArray expected = ramp({8, 2, 22, 15});
    std::vector<int> wrong(4, 0);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < wrong.size(); ++t)
            threads.emplace_back([&, t] {
                for (std::int64_t s = 0; s < 40; ++s)
                    if (scan->readSlice(s % 8) != expected.slice(s % 8)) ++wrong[t];
            });
    }
    CHECK(wrong == std::vector<int>(4, 0));
}
