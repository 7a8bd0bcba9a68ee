// Files in the layout of CMRxRecon 2023 to 2025, written by h5py and scipy; the values tell where they stood in MATLAB's order.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/io/load.h"
#include "tests/support/matlab_script.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

/// Python's ramp of (kx, ky, coil, slice, t) = (5, 4, 3, 2, 6) at a place.
cfloat valueAt(std::int64_t x, std::int64_t y, std::int64_t coil, std::int64_t slice, std::int64_t t) {
    const auto n = static_cast<float>((((x * 4 + y) * 3 + coil) * 2 + slice) * 6 + t);
    return {n + 0.5F, -0.25F * n};
}

bool hasNote(const AcquisitionHeader& header, const std::string& part) {
    const auto& notes = header.provenance.notes;
    return std::any_of(notes.begin(), notes.end(), [&](const auto& note) { return note.find(part) != std::string::npos; });
}

std::string fact(const AcquisitionPtr& scan, const std::string& name) {
    const auto found = scan->header().facts.find(name);
    return found == scan->header().facts.end() ? "none" : found->second;
}

}  // namespace

TEST_CASE("CMRxRecon 2023: v7.3 and v5, single and double, many coils and one") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
k = ramp(5, 4, 3, 2, 6)
cine = folder + 'MultiCoil/Cine/TrainingSet/FullSample/P001/'
v73(cine + 'cine_sax.mat', kspace_full=k)
v73(folder + 'double/cine_lax.mat', kspace_full=k.astype('c16'))
os.makedirs(folder + 'v5')
scipy.io.savemat(folder + 'v5/cine_sax.mat', {'kspace_full': k})
v73(folder + 'SingleCoil/P001/cine_sax.mat', kspace_single_full=k[:, :, 1])
v73(folder + 'MultiCoil/BlackBlood/P002/blackblood.mat', kspace_full=k[..., 2])
)",
              {dir.path()});
    for (const char* name : {"MultiCoil/Cine/TrainingSet/FullSample/P001/cine_sax.mat", "double/cine_lax.mat", "v5/cine_sax.mat"}) {
        CAPTURE(name);
        const auto scan = io::openAcquisition(dir.file(name));
        const AcquisitionHeader& header = scan->header();
        CHECK(header.provenance.format == "CMRxRecon MATLAB");
        CHECK(header.coils == 3);
        CHECK(header.encoded == Matrix{5, 4, 1});
        CHECK(header.imageDims == std::vector<NamedDim>{{Dim::Frame, 6}, {Dim::Slice, 2}});
        CHECK(header.contrast == std::string(name).substr(std::string(name).rfind('/') + 1, 8));
        CHECK_FALSE(header.acquiredMask);
        for (const std::int64_t i : {0, 3, 11}) CHECK(scan->readSlice(i)(2, 3, 1) == valueAt(3, 1, 2, i % 2, i / 2));
    }
    const auto single = io::openAcquisition(dir.file("SingleCoil/P001/cine_sax.mat"));
    CHECK(single->header().coils == 1);
    CHECK(single->readSlice(11)(0, 4, 3) == valueAt(4, 3, 1, 1, 5));
    const auto black = io::openAcquisition(dir.file("MultiCoil/BlackBlood/P002/blackblood.mat"));
    CHECK(black->header().imageDims == std::vector<NamedDim>{{Dim::Slice, 2}});
    CHECK(black->readSlice(1)(2, 4, 3) == valueAt(4, 3, 2, 1, 2));
}

TEST_CASE("CMRxRecon: masks of the file, beside it and in the folder of its task") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
k = ramp(5, 4, 3, 2, 6)
lines = np.zeros((5, 4)); lines[:, (0, 2)] = 1
other = np.ones((5, 4)); other[:, 0] = 0
v73(folder + 'a/cine_sax.mat', kspace_sub08=k)
v73(folder + 'a/cine_sax_mask.mat', mask04=other, mask08=lines)
v73(folder + 'ValidationSet/UnderSample_Task1/P001/cine_lax_kus_Uniform4.mat', kus=k)
v73(folder + 'ValidationSet/Mask_Task1/P001/cine_lax_mask_Uniform4.mat', mask=other)
v73(folder + 'b/cine_sax.mat', kus=k, mask=lines)
v73(folder + 'c/cine_sax_kus_ktRadial4.mat', kus=k)
v73(folder + 'c/cine_sax_mask_ktRadial4.mat', mask=np.stack([lines, other] * 3, -1))
v73(folder + 'd/cine_sax.mat', kspace_full=k)
v73(folder + 'd/cine_sax_mask.mat', mask08=lines)
v73(folder + 'e/cine_sax.mat', kus=k)
v73(folder + 'e/cine_sax_mask.mat', mask=np.ones((4, 4)))
)",
              {dir.path()});
    const auto kept = [&](const char* name) {
        const auto mask = io::openAcquisition(dir.file(name))->header().acquiredMask;
        std::string columns;
        for (std::int64_t p = 0; mask && p < 4; ++p) columns += mask->samples()(4, p) ? '1' : '0';
        return columns;
    };
    CHECK(kept("a/cine_sax.mat") == "1010");
    CHECK(kept("ValidationSet/UnderSample_Task1/P001/cine_lax_kus_Uniform4.mat") == "0111");
    CHECK(kept("b/cine_sax.mat") == "1010");
    CHECK(kept("c/cine_sax_kus_ktRadial4.mat") == "");
    CHECK(hasNote(io::openAcquisition(dir.file("c/cine_sax_kus_ktRadial4.mat"))->header(), "changes from frame to frame"));
    CHECK(kept("d/cine_sax.mat") == "");  // all was sampled: the mask beside it is for those who want to undersample
    CHECK_THROWS_AS((void)io::openAcquisition(dir.file("e/cine_sax.mat")), InputError);
}

TEST_CASE("CMRxRecon: times of the weightings, fields of the scan, places; nothing that could name a person") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
k = ramp(5, 4, 3, 2, 6)
place = folder + 'MultiCoil/Mapping/TrainingSet/FullSample/Center005/Siemens_30T_Vida/P017/'
v73(place + 'T1map.mat', data=k)
times = np.array([[100, 180, 260, 1000, 2000, 3000.5], [110, 190, 270, 1010, 2010, 3010]])
open(place + 'T1map.csv', 'w').write('TI,slice 1,slice 2\n' + ''.join('%d,%g,%g\n' % ((i + 1,) + tuple(times[:, i])) for i in range(6)))
open(place + 'T1map_info.csv', 'w').write('Repetition time,2.7\nPatient name,Secret\nFOV,"340x280"\n')
v73(folder + 'x/T2map.mat', kspace_full=k)
open(folder + 'x/T2map.csv', 'w').write('0,35,55,70,80,90\n0,35,55,70,80,90\n')
v73(folder + 'y/T2map.mat', kspace_full=k)
open(folder + 'y/T2map.csv', 'w').write('1,2,3\n')
)",
              {dir.path()});
    const auto t1 = io::openAcquisition(dir.file("MultiCoil/Mapping/TrainingSet/FullSample/Center005/Siemens_30T_Vida/P017/T1map.mat"));
    CHECK(t1->header().imageDims == std::vector<NamedDim>{{Dim::Contrast, 6}, {Dim::Slice, 2}});
    CHECK(t1->readSlice(7)(1, 0, 2) == valueAt(0, 2, 1, 1, 3));
    CHECK(fact(t1, "inversion times (ms) of slice 1") == "100, 180, 260, 1000, 2000, 3000.5");
    CHECK(fact(t1, "inversion times (ms) of slice 2") == "110, 190, 270, 1010, 2010, 3010");
    CHECK(fact(t1, "centre") == "Center005");
    CHECK(fact(t1, "scanner") == "Siemens_30T_Vida");
    CHECK(fact(t1, "modality") == "T1map");
    CHECK(fact(t1, "Repetition time") == "2.7");
    CHECK(fact(t1, "FOV") == "340x280");
    for (const auto& [name, value] : t1->header().facts) {
        CHECK(value.find("Secret") == std::string::npos);
        CHECK(value.find("P017") == std::string::npos);
    }
    CHECK(fact(io::openAcquisition(dir.file("x/T2map.mat")), "echo times (ms)") == "0, 35, 55, 70, 80, 90");
    const auto misfit = io::openAcquisition(dir.file("y/T2map.mat"));
    CHECK(fact(misfit, "echo times (ms)") == "none");
    CHECK(hasNote(misfit->header(), "do not fit"));
}

TEST_CASE("CMRxRecon's loader leaves other MATLAB files, other axes and other variables alone") {
    const TempDir dir;
    runPython(kPythonMatlab + R"(
v73(folder + 'm/scan.mat', ksp=ramp(5, 4, 3))
v73(folder + 'm/cine.mat', kspace_full=ramp(5, 4, 3, 2), csm=ramp(5, 4, 3))
v73(folder + 'm/real.mat', kspace_full=real_ramp(5, 4, 3, 2))
)",
              {dir.path()});
    CHECK(io::highestBid(dir.file("m/scan.mat")).loader->id() == "hdf5");
    CHECK(io::highestBid(dir.file("m/cine.mat")).loader->id() == "cmrxrecon");
    CHECK(io::highestBid(dir.file("m/real.mat")).loader == nullptr);
    const auto other = io::openAcquisition(dir.file("m/cine.mat"), {"", {Dim::Readout, Dim::Phase, Dim::Frame, Dim::Coil}});
    CHECK(other->header().imageDims == std::vector<NamedDim>{{Dim::Frame, 3}, {Dim::Slice, 1}});
    CHECK(other->header().coils == 2);
    CHECK(io::openAcquisition(dir.file("m/cine.mat"), {"csm", {}})->header().provenance.loader == "hdf5");
}
