#include "tests/fuzz/readers.h"

#include <algorithm>
#include <filesystem>

#include "core/base/data/prior_card.h"
#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/io/safetensors.h"
#include "core/base/io/siemens_file.h"
#include "core/base/io/training_pack.h"
#include "core/session/cohort.h"
#include "core/session/project/project_folder.h"
#include "core/session/steering/kept_step.h"
#include "core/session/steering/recipe.h"
#include "core/session/sweep.h"

namespace larmor::fuzz {
namespace {

constexpr std::int64_t kMostSlices = 6;
constexpr std::int64_t kReadout = 12, kPhase = 10;

template <class Work>
bool isRefused(const Work& work) {
    try {
        work();
        return false;
    } catch (const Error&) {
        return true;
    }
}

template <class Work>
Outcome outcomeOf(const Work& work) {
    return isRefused(work) ? Outcome::Refused : Outcome::Read;
}

void readSlices(const Acquisition& scan) {
    const std::int64_t count = std::min(scan.header().sliceCount(), kMostSlices);
    for (std::int64_t i = 0; i < count; ++i) {
        (void)scan.readSlice(i);
        (void)scan.readCalibration(i);
        (void)scan.header().describeSlice(i);
    }
    (void)scan.readNoise();
}

}  // namespace

Outcome readArrays(const std::string& path) {
    (void)io::carriesProtocol(path);
    (void)isRefused([&] { (void)io::guessContent(path); });
    (void)isRefused([&] { (void)io::readImages(path); });
    return outcomeOf([&] {
        const io::ArrayFilePtr file = io::openArrayFile(path);
        for (const io::ArrayEntry& entry : file->entries()) (void)file->read(entry.name);
    });
}

Outcome readKspace(const std::string& path) {
    (void)isRefused([&] { (void)readArrays(path); });
    return outcomeOf([&] { readSlices(*io::openAcquisition(path)); });
}

Outcome readCmrxInfo(const std::string& path) {
    return readKspace((std::filesystem::path(path).parent_path() / "cine_sax.mat").string());
}

Outcome readSiemens(const std::string& path) {
    return io::siemensMeasurements(path) ? Outcome::Read : Outcome::Refused;
}

Outcome readMasks(const std::string& path) {
    (void)isRefused([&] { (void)io::readMasks(path, kReadout, kPhase); });
    (void)isRefused([&] { (void)io::readMask(path, kPhase, kReadout); });
    return outcomeOf([&] { (void)io::readMask(path, kReadout, kPhase); });
}

Outcome readMaps(const std::string& path) {
    return outcomeOf([&] { (void)io::readCoilMaps(path); });
}

Outcome readPrior(const std::string& path) {
    (void)isRefused([&] {
        const auto header = io::readSafeTensorsHeader(path);
        for (const auto& tensor : header.tensors) (void)io::readSafeTensor(path, header, tensor);
    });
    return outcomeOf([&] {
        const PriorCard card = readPriorCard(path);
        (void)card.toJson().dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
        (void)card.recommendation("dps", "T1", {4});
        (void)card.contrastIndex("T1");
    });
}

Outcome readPack(const std::string& path) {
    return outcomeOf([&] {
        const auto pack = io::openTrainingPack(path);
        for (std::size_t i = 0; i < pack->images().size(); ++i) (void)pack->read(i);
    });
}

Outcome readResult(const std::string& path) {
    (void)io::carriesProtocol(path);
    return outcomeOf([&] {
        const auto result = io::readStoredResult(path);
        if (!result) throw InputError("nothing that carries a protocol");
        (void)result->protocol.toJson().dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    });
}

Outcome readProject(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return outcomeOf([&] { (void)session::readProject(folder).toJson(); });
}

Outcome readSweep(const std::string& path) {
    return outcomeOf([&] {
        const auto table = session::readSweep(path);
        (void)table.reduction();
        for (const auto& best : session::bestOf(table.cells)) {
            (void)session::variedText(best.varied);
            (void)session::nominalR(best.mask, best.acceleration);
        }
    });
}

Outcome readRecipe(const std::string& path) {
    return outcomeOf([&] { (void)session::readRecipe(path).toJson(); });
}

Outcome readCohort(const std::string& path) {
    return outcomeOf([&] { (void)session::readCohort(std::filesystem::path(path).parent_path().string()); });
}

Outcome readStep(const std::string& path) {
    (void)isRefused([&] { (void)session::readStepFacts(path); });
    return outcomeOf([&] { (void)session::readStep(path); });
}

}  // namespace larmor::fuzz
