#include "core/recon/training/trained_card.h"

#include <algorithm>
#include <cmath>

namespace larmor::recon::training {

namespace {
constexpr double kTails = 3.5;  // standard deviations of ln sigma that training still sees
constexpr double kSmallestSigma = 0.002;
}  // namespace

PriorCard trainedCard(const TrainingState& state, const io::TrainingPack& pack, const std::string& command) {
    const auto& config = state.config;
    PriorCard card;
    card.name = config.name;
    card.family = config.family;
    card.network = config.network;
    card.contrasts = config.contrasts;
    card.sigmaData = config.sigmaData;
    card.logSigmaMean = config.logSigmaMean;
    card.logSigmaStd = config.logSigmaStd;
    card.sigmaMin = kSmallestSigma;
    card.sigmaMax = std::exp(config.logSigmaMean + kTails * config.logSigmaStd);
    card.anatomy = pack.facts().anatomy;
    card.matrixRange = {config.sizes[0][0], config.sizes[0][0]};
    for (const auto& [rows, columns] : config.sizes)
        card.matrixRange = {std::min({card.matrixRange[0], rows, columns}), std::max({card.matrixRange[1], rows, columns})};
    // Crops show pieces of larger images, and the networks are convolutional: the whole images are what it knows.
    for (const auto& image : pack.images())
        if (image.split == io::Split::Train) card.matrixRange[1] = std::max({card.matrixRange[1], image.rows, image.columns});
    card.pixelRangeMm = {config.augmentation.pixelMm[0], config.augmentation.pixelMm[1]};
    card.trainingSet = pack.facts().description;
    card.trainingSetHash = state.packHash;
    card.attributions = pack.facts().attributions;
    card.licence = pack.facts().licence;
    card.imagesSeen = state.parentImages + state.images;
    card.parentHash = state.parentHash;
    card.history = {{"command", command}, {"seconds", std::llround(state.seconds)}, {"steps", state.steps}, {"config", config.toJson()}};
    for (const auto& [contrast, count] : config.selection.subjects)
        card.history["subjects"][contrast] = larmor::training::subjectsOf(pack.images(), contrast, io::Split::Train);
    return card;
}

}  // namespace larmor::recon::training
