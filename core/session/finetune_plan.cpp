#include "core/session/finetune_plan.h"

#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/io/json_file.h"
#include "core/base/io/text_file.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"

namespace larmor::session {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using training::TrainingConfig;

constexpr const char* kSettingsFile = "finetune.json";

void require(bool holds, const char* name, const std::string& reason, const std::string& hint = {}) {
    if (!holds) throw ParamError(name, reason, hint);
}

template <class T>
void requireDistinct(const std::vector<T>& values, const char* name) {
    require(!values.empty(), name, "there is none");
    require(std::set<T>(values.begin(), values.end()).size() == values.size(), name, "one comes twice");
}

void checkLists(FinetuneJob& job) {
    std::erase(job.images, 0);
    std::sort(job.images.begin(), job.images.end());
    requireDistinct(job.images, "images");
    requireDistinct(job.rates, "lr");
    requireDistinct(job.accelerations, "R");
    require(job.images.front() > 0, "images", "one is below 0");
    for (const double rate : job.rates) require(rate > 0 && rate < 1, "lr", fmt::format("{:g} is not between 0 and 1", rate));
    for (const double R : job.accelerations) require(R > 1 && R <= 100, "R", fmt::format("{:g} is not above 1", R));
    require(job.rampImages >= 0, "ramp", "it is below 0");
    require(job.rampImages < job.images.front(), "ramp",
            fmt::format("over a ramp of {} images a run of {} never reaches its learning rate", job.rampImages, job.images.front()),
            "Make the ramp shorter.");
    require(job.validationImages >= 1, "validation-images", "it is below 1");
    require(job.testImages >= 0, "test-images", "it is below 0");
    require(job.subjects >= 0, "subjects", "it is below 0");
}

void checkPack(const io::TrainingPack& pack, const FinetuneJob& job) {
    std::set<std::string> contrasts;
    std::array<std::int64_t, 3> counts{};
    for (const auto& image : pack.images()) {
        contrasts.insert(image.contrast);
        if (image.contrast == job.contrast) ++counts[static_cast<std::size_t>(image.split)];
    }
    if (!contrasts.contains(job.contrast))
        throw InputError(fmt::format("The training pack {} has no contrast '{}'.", job.pack, job.contrast),
                         fmt::format("It has {}.", fmt::join(contrasts, ", ")));
    const auto need = [&](io::Split split, const char* hint) {
        if (counts[static_cast<std::size_t>(split)] == 0)
            throw InputError(
                fmt::format("The training pack {} has no {} image in the split '{}'.", job.pack, job.contrast, io::toText(split)), hint);
    };
    need(io::Split::Train, "Look at the split rules of its recipe.");
    need(io::Split::Validate, "The choice is made on validation subjects: look at the split rules of its recipe.");
    if (job.testImages > 0) need(io::Split::Test, "Look at the split rules of its recipe, or leave the test out: --test-images 0.");
}

/// Settings that the parent was trained with, where it tells; noise levels and network are its own in any case.
json parentSettings(const PriorCard& card) {
    json settings = TrainingConfig{}.toJson();
    if (card.history.is_object() && card.history.contains("config")) settings.merge_patch(training::storedSettings(card.history.at("config")));
    settings["family"] = card.family;
    settings["network"] = card.network;
    settings["sigma_data"] = card.sigmaData;
    settings["log_sigma"] = {card.logSigmaMean, card.logSigmaStd};
    settings["contrasts"] = json::array();
    // What is written at each end of a training would cost more than the training between two durations.
    settings["validation_images"] = settings["sample_sheet"] = 0;
    return settings;
}

TrainingConfig configOf(const FinetuneJob& job, const PriorCard& parent) {
    json settings = parentSettings(parent);
    settings["name"] = fmt::format("{}-{}", parent.name, job.contrast);
    settings.merge_patch(job.settings);
    settings["learning_rate"] = {{"peak", job.rates.front()}, {"ramp_images", job.rampImages}, {"decay", "constant"}};
    settings["images"] = 0;
    auto config = TrainingConfig::fromJson(settings);
    config.selection = {{job.contrast}, {}, {}, config.selection.subjectSeed};
    if (job.subjects > 0) config.selection.subjects[job.contrast] = job.subjects;
    config.check();
    for (const auto images : job.images)
        require(images % config.batch == 0, "images", fmt::format("{} is no multiple of the batch of {}", images, config.batch));
    return config;
}

}  // namespace

std::string FinetunePlan::rateFolder(double rate) const {
    return file(fmt::format("lr_{:g}", rate));
}

std::string FinetunePlan::weights(double rate, std::int64_t images) const {
    return images == 0 ? parent.file : fmt::format("{}/prior_{}.safetensors", rateFolder(rate), images);
}

MaskChoice FinetunePlan::mask(double acceleration) const {
    MaskChoice choice;
    choice.spec = masks::MaskSpec{job.mask, acceleration, job.acs, std::nullopt, 1};
    return choice;
}

json FinetunePlan::settings() const {
    auto common = config.toJson();
    common.erase("learning_rate");
    common.erase("selection");
    return {{"parent", parent.card.name},
            {"parent_sha256", parent.card.weightsHash},
            {"pack_sha256", pack->hash()},
            {"contrast", job.contrast},
            {"selection", config.selection.toJson()},
            {"lr", job.rates},
            {"ramp", job.rampImages},
            {"images", job.images},
            {"R", job.accelerations},
            {"mask", masks::toText(job.mask)},
            {"acs", job.acs},
            {"method", job.method},
            {"validation_images", job.validationImages},
            {"test_images", job.testImages},
            {"config", common}};
}

FinetunePlan finetunePlan(const FinetuneJob& asked) {
    FinetunePlan plan;
    plan.job = asked;
    checkLists(plan.job);
    if (!plugins().method(asked.method).needsPrior())
        throw UsageError(fmt::format("The method '{}' uses no prior, so it cannot tell priors apart.", asked.method),
                         "Choose another, such as pnp.");
    plan.parent = findPrior(asked.parent);
    plan.pack = io::openTrainingPack(asked.pack);
    checkPack(*plan.pack, plan.job);
    plan.config = configOf(plan.job, plan.parent.card);
    (void)training::selectedImages(plan.pack->images(), plan.config.selection);
    plan.parentContrast = plan.parent.card.contrastIndex(asked.contrast) ? asked.contrast : kNoContrast;
    return plan;
}

void enterFinetuneFolder(const FinetunePlan& plan) {
    const auto path = plan.file(kSettingsFile);
    const auto settings = plan.settings();
    if (!fs::exists(path)) {
        if (plan.job.resume) throw InputError(fmt::format("{} is not there, so there is nothing to resume.", path), "Leave out --resume.");
        std::error_code error;
        fs::create_directories(plan.job.folder, error);
        if (error) throw IoError(plan.job.folder, "", "a folder that can be made", error.message(), "Choose another folder.");
        return io::writeTextFile(path, settings.dump(2) + '\n');
    }
    if (!plan.job.resume)
        throw InputError(fmt::format("{} already holds a fine-tuning.", plan.job.folder),
                         "Go on with it by --resume, or name another folder.");
    const auto stored = io::readJsonFile(path);
    for (const auto& [name, value] : settings.items())
        if (!stored.is_object() || stored.value(name, json()) != value)
            throw InputError(fmt::format("The fine-tuning in {} cannot be resumed with another '{}'.", plan.job.folder, name),
                             "Give the command that it began with and --resume, or name another folder.");
}

}  // namespace larmor::session
