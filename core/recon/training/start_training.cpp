#include "core/recon/training/start_training.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/recon/networks/network.h"
#include "core/recon/networks/prior_file.h"
#include "core/recon/training/batch_source.h"
#include "core/recon/training/trainer.h"

namespace larmor::recon::training {

namespace {

using larmor::training::TrainingConfig;

constexpr std::int64_t kMeasuredImages = 128;

void refuseOther(bool isSame, const char* what) {
    if (!isSame)
        throw InputError(fmt::format("The run cannot be resumed with another {}.", what),
                         "Leave it out of the configuration, or train into another folder.");
}

nlohmann::json withAllOptions(const TrainingConfig& config) {
    return networks::makeNetwork(config.family, config.network, config.seed, networks::Fill::Shapes)->config();
}

/// Which contrasts, in whatever order: the one of a parent's classes is not that of the configuration that the run was started with.
std::set<std::string> named(const std::vector<std::string>& contrasts) {
    std::set<std::string> names(contrasts.begin(), contrasts.end());
    names.erase("");  // a class that is reserved
    return names;
}

TrainingState resumed(const PriorTrainingJob& job, const std::string& packHash, c10::Device device) {
    auto state = loadTrainingState(job.folder + "/" + kStateFile, device);
    auto config = job.config;
    refuseOther(config.family == state.config.family, "network");
    if (!config.network.empty()) refuseOther(withAllOptions(config) == state.config.network, "network");
    config.network = state.config.network;
    if (!config.contrasts.empty()) refuseOther(named(config.contrasts) == named(state.config.contrasts), "list of contrasts");
    config.contrasts = state.config.contrasts;
    if (config.sigmaData == 0) config.sigmaData = state.config.sigmaData;
    refuseOther(config.sigmaData == state.config.sigmaData, "sigma_data");
    if (packHash != state.packHash) log(LogLevel::Warning, "training", "The run goes on with another training pack than it began with.");
    state.config = config;
    state.packHash = packHash;
    applyConfig(state);
    return state;
}

/// The parent's classes stay where they are; contrasts that it does not know take the next reserved ones.
std::vector<std::string> extended(std::vector<std::string> classes, const std::vector<std::string>& contrasts) {
    for (const auto& contrast : contrasts) {
        if (std::find(classes.begin(), classes.end(), contrast) != classes.end()) continue;
        const auto reserved = std::find(classes.begin(), classes.end(), std::string());
        if (reserved != classes.end())
            *reserved = contrast;
        else
            classes.push_back(contrast);
    }
    return classes;
}

TrainingState fromParent(const PriorTrainingJob& job, const io::TrainingPack& pack, c10::Device device) {
    const auto parent = networks::loadPrior(job.parent, device);
    auto config = job.config;
    config.family = parent.card.family;
    config.network = parent.card.network;
    config.contrasts = extended(parent.card.contrasts, contrastsOf(pack));
    config.sigmaData = parent.card.sigmaData;
    config.check();
    auto state = newTrainingState(config, device);
    copyParameters(parent.network->parameters(), state.network->parameters());
    copyParameters(parent.network->parameters(), state.average->parameters());
    state.parentHash = parent.card.weightsHash;
    state.parentImages = parent.card.imagesSeen;
    return state;
}

TrainingState fromNothing(const PriorTrainingJob& job, const io::TrainingPack& pack, c10::Device device) {
    auto config = job.config;
    if (config.contrasts.empty()) config.contrasts = contrastsOf(pack);
    config.check();
    const auto classes = classesOf(pack, config.contrasts);
    if (config.sigmaData == 0)
        config.sigmaData = std::round(1000 * BatchSource(pack, config, classes).measuredSigma(kMeasuredImages)) / 1000;
    return newTrainingState(config, device);
}

}  // namespace

TrainingState startTraining(const PriorTrainingJob& job, const io::TrainingPack& pack, c10::Device device) {
    const auto stateFile = job.folder + "/" + kStateFile;
    const bool isThere = std::filesystem::exists(stateFile);
    if (job.resume && !isThere)
        throw InputError(fmt::format("{} is not there, so there is nothing to resume.", stateFile), "Leave out --resume.");
    if (!job.resume && isThere)
        throw InputError(fmt::format("{} already holds a training run.", job.folder), "Go on with it by --resume, or name another folder.");
    if (job.resume) return resumed(job, pack.hash(), device);
    auto state = job.parent.empty() ? fromNothing(job, pack, device) : fromParent(job, pack, device);
    state.packHash = pack.hash();
    return state;
}

}  // namespace larmor::recon::training
