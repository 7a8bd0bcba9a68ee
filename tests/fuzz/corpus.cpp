#include "tests/fuzz/corpus.h"

#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/base/io/safetensors.h"
#include "core/base/io/save.h"
#include "core/base/io/text_file.h"
#include "core/base/io/training_pack_writer.h"
#include "core/session/cohort.h"
#include "core/session/project/project.h"
#include "core/session/steering/kept_step.h"
#include "core/session/steering/recipe.h"
#include "core/session/sweep.h"
#include "tests/fuzz/foreign_files.h"
#include "tests/fuzz/readers.h"
#include "tests/support/ismrmrd_script.h"
#include "tests/support/matlab_script.h"
#include "tests/support/prior_file.h"
#include "tests/support/python.h"

namespace larmor::fuzz {
namespace {

namespace fs = std::filesystem;

ComplexArray someArray(const Shape& shape) {
    ComplexArray x(shape);
    for (std::int64_t i = 0; i < x.size(); ++i) x[i] = cfloat(1.0F + static_cast<float>(i % 7), 0.5F * static_cast<float>(i % 3));
    return x;
}

/// A result with something in every field that may be absent.
Reconstruction someResult() {
    Reconstruction result;
    Protocol& protocol = result.protocol;
    protocol.method = "dps";
    protocol.parameters = {{"zeta", "2,1"}, {"samples", 2}};
    protocol.mapParameters = {{"crop", 0.8}};
    protocol.mask = "equispaced:R=4,acs=4,seed=1";
    protocol.source = "/data/scan.h5";
    protocol.sourceHash = "ab";
    protocol.slices = {4, 7};
    protocol.prior = PriorUse{"brain", "", "77", "T1", "mean of 2 samples", {1.5, 2}, {0.1, 0.2}, {"the matrix is small"}};
    result.images.pixels = someArray({2, 12, 10});
    result.masks = {SamplingMask::full(12, 10)};
    result.trace = {{4, 0, 0.5}, {4, 1, 0.25}};
    result.ensemble = {someArray({2, 2, 12, 10}), RealArray({2, 12, 10}), RealArray({2, 12, 10})};
    return result;
}

void writeResults(const std::string& folder) {
    for (const char* name : {"result-hdf5", "result-npy", "result-png"}) fs::create_directories(folder + name);
    Reconstruction result = someResult();
    io::saveReconstruction(folder + "result-hdf5/r.h5", result);
    result.ensemble = {};
    result.images.pixels = someArray({1, 12, 10});
    result.protocol.slices = {4};
    io::saveReconstruction(folder + "result-npy/r.npy", result);
    io::saveReconstruction(folder + "result-png/r.png", result);
}

void writePriors(const std::string& folder) {
    fs::create_directories(folder + "prior");
    PriorCard card = test::gaussianPriorCard();
    card.contrasts = {"T1", "T2"};
    card.matrixRange = {64, 320};
    card.pixelRangeMm = {0.5, 1.5};
    card.recommendations = {{"dps", "T1", 4, {{"zeta", 2.1}}, 0.05}};
    const auto bytes = [](std::size_t n) { return std::vector<std::byte>(n, std::byte{1}); };
    io::writeSafeTensors(folder + "prior/p.safetensors", {{"a.weight", "F32", {2, 3}, bytes(24)}, {"b", "BF16", {5}, bytes(10)}},
                         {{kPriorCardKey, card.toJson().dump()}, {"format", "pt"}});
}

void writePack(const std::string& folder) {
    fs::create_directories(folder + "pack");
    io::TrainingPackWriter writer(folder + "pack/p.pack.h5");
    for (const bool isComplex : {false, true}) {
        io::PackedImage facts;
        facts.source = facts.subject = isComplex ? "b" : "a";
        facts.contrast = "T1";
        facts.split = isComplex ? io::Split::Test : io::Split::Train;
        facts.rows = 12;
        facts.columns = 10;
        facts.complexValued = isComplex;
        writer.add(facts, someArray({12, 10}));
    }
    writer.finish({"heads", "brain", "two heads", "CC0", {"nobody"}});
}

void writeSettings(const std::string& folder) {
    for (const char* name : {"project", "sweep", "recipe", "cohort"}) fs::create_directories(folder + name);
    session::Project project;
    project.sources = {{"/data/a.h5", "../a.h5", 12, "ab12", "fastMRI HDF5", "kspace", "slice,coil,readout,phase"}};
    project.open = 0;
    project.mask = {"equispaced:R=4,acs=24,seed=1", false, "", false};
    project.parameters = {{"pnp", {{"lambda", 0.07}}}};
    project.results = {{"results/0001-pnp.h5", "PnP"}};
    project.runs = {{"runs/1-aa", "PnP", "results/0001-pnp.h5"}};
    project.view.panes = {{"error", "results/0001-pnp.h5", "none", 2, true, -1}};
    io::writeTextFile(folder + "project/project.json", project.toJson().dump(1));
    session::SweepCell cell;
    cell.scan = "a";
    cell.contrast = "T1";
    cell.mask = "equispaced:R=4,acs=24,seed=1";
    cell.method = "pnp";
    cell.varied = cell.parameters = {{"lambda", 0.1}};
    cell.size = {12, 10, 1};
    session::SweepCell failed = cell;
    failed.failure = "too small";
    session::writeSweep(folder + "sweep/t.json", {{{"reduction", 2}, {"seed", 1}}, {cell, failed}});
    session::CohortRow row;
    row.source = "/data/a.h5";
    row.hash = "ab12";
    row.output = "a.h5";
    row.slices = 2;
    row.acceleration = 3.9;
    row.reference = "RSS of all samples";
    row.mean = metrics::SliceMetrics{};
    session::CohortRow broken;
    broken.source = "/data/b.h5";
    broken.failure = "cut short";
    session::writeCohort(folder + "cohort", {{{"--mask", {"random:R=4"}}}, {row, broken}});
    session::Recipe recipe;
    recipe.method = "dps";
    recipe.parameters = {{"zeta", "2"}};
    session::writeRecipe(folder + "recipe/r.json", recipe);
}

void writeStep(const std::string& folder) {
    fs::create_directories(folder + "step");
    session::StepSummary summary;
    summary.key = {1, 0, 3};
    summary.values = {{"zeta", "1.5"}, {"noise", 0.1}};
    summary.nrmse = 0.3;
    summary.thumbnail = RealArray({6, 5});
    session::KeptStep step;
    step.summary = std::make_shared<const session::StepSummary>(summary);
    step.state = {3, {1.0, 0.1, 0.01}, {{"x", someArray({1, 12, 10})}, {"v", someArray({1, 12, 10})}}};
    step.estimate = someArray({12, 10});
    session::writeStep(folder + "step/" + session::stepFileName(summary.key), step, true);
}

std::vector<FuzzCase> kspaceCases() {
    return {{"fastmri", "fastmri", "scan.h5", readKspace},
            {"fastmri", "fastmri-packed", "scan.h5", readKspace},
            {"ismrmrd", "ismrmrd", "scan.h5", readKspace},
            {"ismrmrd", "ismrmrd-plain", "scan.h5", readKspace},
            {"ismrmrd", "ismrmrd-volume", "scan.h5", readKspace},
            {"cmrxrecon", "cmrxrecon", "cine_sax.mat", readKspace},
            {"cmrxrecon", "cmrxrecon-map", "T1map.mat", readKspace},
            {"cmrxrecon", "cmrxrecon-csv", "cine_sax_info.csv", readCmrxInfo},
            {"siemens", "siemens", "s.dat", readSiemens},
            {"hdf5", "matlab73", "any.mat", readKspace},
            {"hdf5", "hdf5", "any.h5", readKspace},
            {"hdf5", "hdf5-latest", "any.h5", readKspace},
            {"hdf5", "hdf5-many", "any.h5", readKspace},
            {"hdf5", "hdf5-pages", "any.h5", readKspace},
            {"mat5", "mat5", "scan.mat", readKspace},
            {"mat5", "mat5-zip", "scan.mat", readKspace},
            {"mat5", "mat5-packed", "scan.mat", readKspace, Packing::MatlabVariable},
            {"cfl", "cfl", "scan.cfl", readKspace},
            {"npy", "npy", "scan.npy", readKspace},
            {"npy", "npy-fortran", "scan.npy", readKspace}};
}

std::vector<FuzzCase> otherCases() {
    return {{"mask", "mask-npy", "mask.npy", readMasks},
            {"mask", "mask-frames", "mask.npy", readArrays},
            {"mask", "mask-hdf5", "mask.h5", readMasks},
            {"mask", "mask-mat", "mask.mat", readMasks},
            {"mask", "mask-cfl", "mask.cfl", readMasks},
            {"mask", "mask-png", "mask.png", readMasks, Packing::PngChunks},
            {"maps", "maps-cfl", "maps.cfl", readMaps},
            {"maps", "maps-hdf5", "maps.h5", readMaps},
            {"maps", "maps-sets-cfl", "maps.cfl", readMaps},
            {"maps", "maps-sets-hdf5", "maps.h5", readMaps},
            {"nifti", "nifti", "x.nii", readArrays},
            {"nifti", "nifti-float", "x.nii", readArrays},
            {"nifti", "nifti-gz", "x.nii.gz", readArrays, Packing::Gzip},
            {"png", "png", "p.png", readArrays, Packing::PngChunks},
            {"png", "png-16", "p.png", readArrays, Packing::PngChunks},
            {"png", "png-palette", "p.png", readArrays, Packing::PngChunks},
            {"png", "png-interlaced", "p.png", readArrays, Packing::PngChunks},
            {"dicom", "dicom", "x.dcm", readArrays},
            {"dicom", "dicom-implicit", "x.dcm", readArrays},
            {"dicom", "dicom-enhanced", "x.dcm", readArrays},
            {"prior", "prior", "p.safetensors", readPrior, Packing::JsonHeader},
            {"pack", "pack", "p.pack.h5", readPack},
            {"result", "result-hdf5", "r.h5", readResult},
            {"result", "result-npy", "r.npy", readResult},
            {"result", "result-png", "r.png", readResult, Packing::PngChunks},
            {"project", "project", "project.json", readProject},
            {"sweep", "sweep", "t.json", readSweep},
            {"recipe", "recipe", "r.json", readRecipe},
            {"cohort", "cohort", session::kCohortTable, readCohort},
            {"step", "step", session::stepFileName({1, 0, 3}), readStep, Packing::JsonHeader}};
}

}  // namespace

std::vector<FuzzCase> makeCorpus(const std::string& folder) {
    const std::string root = folder + "/";
    test::runPython(test::kPythonMatlab + test::kPythonIsmrmrd + kForeignArrays + kForeignMasks + kForeignPictures, {folder});
    writeResults(root);
    writePriors(root);
    writePack(root);
    writeSettings(root);
    writeStep(root);
    std::vector<FuzzCase> all = kspaceCases();
    for (auto& one : otherCases()) all.push_back(std::move(one));
    return all;
}

}  // namespace larmor::fuzz
