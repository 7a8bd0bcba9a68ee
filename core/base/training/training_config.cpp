#include "core/base/training/training_config.h"

#include <cmath>

#include "core/base/data/prior_card.h"
#include "core/base/io/json_file.h"
#include "core/base/training/json_fields.h"

namespace larmor::training {
namespace {

using nlohmann::json;

constexpr std::int64_t kSizeUnit = 16;  // networks halve several times; whole multiples leave no odd borders in training

json toJson(const AugmentationConfig& a) {
    return {{"orientations", a.orientations}, {"rotation_degrees", a.rotationDegrees}, {"rotation_share", a.rotationShare}, {"pixel_mm", a.pixelMm},
            {"enlarge", a.enlarge}, {"phase", a.phase}, {"tissue_phase", a.tissuePhase}, {"tone", a.tone}, {"fold", a.fold}, {"shading", a.shading}, {"intensity", a.intensity}};
}

AugmentationConfig augmentationFrom(const json& object) {
    const JsonFields fields(object, "augmentation");
    fields.allow({"orientations", "rotation_degrees", "rotation_share", "pixel_mm", "enlarge", "phase", "tissue_phase", "tone", "fold", "shading", "intensity"});
    AugmentationConfig a;
    fields.read("orientations", a.orientations);
    fields.read("rotation_degrees", a.rotationDegrees);
    fields.read("rotation_share", a.rotationShare);
    fields.read("pixel_mm", a.pixelMm);
    fields.read("enlarge", a.enlarge);
    fields.read("phase", a.phase);
    fields.read("tissue_phase", a.tissuePhase);
    fields.read("tone", a.tone);
    fields.read("fold", a.fold);
    fields.read("shading", a.shading);
    fields.read("intensity", a.intensity);
    return a;
}

json toJson(const LearningRateConfig& rate) {
    return {{"peak", rate.peak}, {"ramp_images", rate.rampImages}, {"decay", rate.decay}, {"decay_from", rate.decayFrom}, {"final", rate.final}};
}

LearningRateConfig learningRateFrom(const json& object) {
    const JsonFields fields(object, "learning_rate");
    fields.allow({"peak", "ramp_images", "decay", "decay_from", "final"});
    LearningRateConfig rate;
    fields.read("peak", rate.peak);
    fields.read("ramp_images", rate.rampImages);
    fields.read("decay", rate.decay);
    fields.read("decay_from", rate.decayFrom);
    fields.read("final", rate.final);
    return rate;
}

void require(bool holds, const char* name, const char* reason) {
    if (!holds) throw ParamError(name, reason);
}

void checkAugmentation(const AugmentationConfig& a) {
    require(a.pixelMm[0] > 0 && a.pixelMm[1] >= a.pixelMm[0], "pixel_mm", "it is not [smallest, largest] in mm");
    require(a.rotationDegrees >= 0 && a.rotationDegrees <= 45, "rotation_degrees", "it is not between 0 and 45");
    require(a.rotationShare >= 0 && a.rotationShare <= 1, "rotation_share", "it is not between 0 and 1");
    require(a.enlarge >= 1 && a.enlarge <= 4, "enlarge", "it is not between 1 and 4");
    require(a.fold >= 0 && a.fold <= 1, "fold", "it is not between 0 and 1");
    require(a.phase >= 0 && a.tissuePhase >= 0 && a.tone >= 0 && a.shading >= 0 && a.intensity >= 0, "augmentation", "a strength is below 0");
}

void checkRate(const LearningRateConfig& rate, std::int64_t images) {
    require(rate.peak > 0 && rate.peak < 1, "learning_rate", "its peak is not between 0 and 1");
    require(rate.rampImages >= 0 && rate.decayFrom >= 0, "learning_rate", "a number of images is below 0");
    require(rate.final >= 0 && rate.final <= 1, "learning_rate", "its final share is not between 0 and 1");
    require(rate.decay == "constant" || rate.decay == "linear" || rate.decay == "cosine", "decay", "it is not constant, linear or cosine");
    require(rate.decay == "constant" || images > rate.decayFrom, "decay", "it needs a number of images to end at, larger than decay_from");
}

}  // namespace

void TrainingConfig::check() const {
    require(batch >= 1 && batch <= 4096, "batch", "it is not between 1 and 4096");
    require(!sizes.empty(), "sizes", "there is none");
    for (const auto& [rows, columns] : sizes)
        require(rows >= kSizeUnit && columns >= kSizeUnit && rows % kSizeUnit == 0 && columns % kSizeUnit == 0, "sizes", "an edge is no multiple of 16");
    require(images >= 0, "images", "it is below 0");
    require(sigmaData >= 0, "sigma_data", "it is below 0");
    require(logSigmaStd > 0 && std::isfinite(logSigmaMean), "log_sigma", "it is not [mean, standard deviation above 0]");
    require(labelDropout >= 0 && labelDropout <= 1, "label_dropout", "it is not between 0 and 1");
    require(contrasts.size() <= static_cast<std::size_t>(kContrastClasses), "contrasts", "there are more than the 16 classes");
    require(optimiser == "adam" || optimiser == "adamw", "optimiser", "it is not adam or adamw");
    require(betas[0] >= 0 && betas[0] < 1 && betas[1] >= 0 && betas[1] < 1 && epsilon > 0 && weightDecay >= 0, "betas", "a setting of Adam is out of range");
    require(emaImages > 0 && emaRamp >= 0, "ema_images", "it is not above 0");
    require(precision == "native" || precision == "float32", "precision", "it is not native or float32");
    require(checkpointMinutes > 0 && validateMinutes > 0, "checkpoint_minutes", "it is not above 0");
    require(validationImages >= 0, "validation_images", "it is below 0");
    require(sampleSheet >= 0 && sampleSheet <= 16, "sample_sheet", "it is not between 0 and 16");
    selection.check();
    checkAugmentation(augmentation);
    checkRate(learningRate, images);
}

json TrainingConfig::toJson() const {
    return {{"family", family}, {"network", network}, {"contrasts", contrasts}, {"selection", selection.toJson()}, {"name", name}, {"seed", seed}, {"images", images}, {"batch", batch},
            {"sizes", sizes}, {"sigma_data", sigmaData}, {"log_sigma", {logSigmaMean, logSigmaStd}}, {"label_dropout", labelDropout},
            {"augmentation", training::toJson(augmentation)}, {"optimiser", optimiser}, {"betas", betas}, {"epsilon", epsilon},
            {"weight_decay", weightDecay}, {"learning_rate", training::toJson(learningRate)}, {"ema_images", emaImages}, {"ema_ramp", emaRamp},
            {"precision", precision}, {"checkpointing", checkpointing}, {"checkpoint_minutes", checkpointMinutes},
            {"validate_minutes", validateMinutes}, {"validation_images", validationImages},
            {"sample_sheet", sampleSheet}};
}

TrainingConfig TrainingConfig::fromJson(const json& object) {
    const JsonFields fields(object, "training configuration");
    fields.allow({"family", "network", "contrasts", "selection", "name", "seed", "images", "batch", "sizes", "sigma_data", "log_sigma", "label_dropout",
                  "augmentation", "optimiser", "betas", "epsilon", "weight_decay", "learning_rate", "ema_images", "ema_ramp", "precision",
                  "checkpointing", "checkpoint_minutes", "validate_minutes", "validation_images", "sample_sheet"});
    TrainingConfig c;
    fields.read("family", c.family);
    fields.read("network", c.network);
    fields.read("contrasts", c.contrasts);
    if (fields.has("selection")) c.selection = ImageSelection::fromJson(object.at("selection"));
    fields.read("name", c.name);
    fields.read("seed", c.seed);
    fields.read("images", c.images);
    fields.read("batch", c.batch);
    fields.read("sizes", c.sizes);
    fields.read("sigma_data", c.sigmaData);
    std::array<double, 2> logSigma{c.logSigmaMean, c.logSigmaStd};
    fields.read("log_sigma", logSigma);
    c.logSigmaMean = logSigma[0];
    c.logSigmaStd = logSigma[1];
    fields.read("label_dropout", c.labelDropout);
    if (fields.has("augmentation")) c.augmentation = augmentationFrom(object.at("augmentation"));
    fields.read("optimiser", c.optimiser);
    fields.read("betas", c.betas);
    fields.read("epsilon", c.epsilon);
    fields.read("weight_decay", c.weightDecay);
    if (fields.has("learning_rate")) c.learningRate = learningRateFrom(object.at("learning_rate"));
    fields.read("ema_images", c.emaImages);
    fields.read("ema_ramp", c.emaRamp);
    fields.read("precision", c.precision);
    fields.read("checkpointing", c.checkpointing);
    fields.read("checkpoint_minutes", c.checkpointMinutes);
    fields.read("validate_minutes", c.validateMinutes);
    fields.read("validation_images", c.validationImages);
    fields.read("sample_sheet", c.sampleSheet);
    c.check();
    return c;
}

json storedSettings(json stored) {
    if (!stored.is_object() || !stored.value("augmentation", json::object()).is_object()) return stored;
    for (const char* later : {"tone", "fold", "tissue_phase"}) stored["augmentation"].emplace(later, 0);
    return stored;
}

TrainingConfig readTrainingConfig(const std::string& path) {
    return TrainingConfig::fromJson(io::readJsonFile(path));
}

}  // namespace larmor::training
