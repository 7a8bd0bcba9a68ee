// larmor-cli prior info: what a weights file says of itself.

#include <fmt/format.h>

#include "app/cli/json_output.h"
#include "app/cli/verb_prior.h"
#include "core/base/data/prior_card.h"
#include "core/base/io/safetensors.h"

#include <CLI/CLI.hpp>

namespace larmor::cli {

namespace {

struct Options {
    std::string weights;
    bool asJson = false;
};

std::int64_t weightCount(const std::string& path) {
    std::int64_t count = 0;
    for (const auto& tensor : io::readSafeTensorsHeader(path).tensors) count += elementCount(tensor.shape);
    return count;
}

void print(const PriorCard& card, std::int64_t weights) {
    const auto line = [](const char* name, const std::string& value) {
        if (!value.empty()) fmt::print("{:<14}{}\n", name, value);
    };
    line("Prior", fmt::format("{}: {}, {:.1f} million weights", card.name, card.family, static_cast<double>(weights) / 1e6));
    line("Contrasts", fmt::format("{}", fmt::join(card.contrasts, ", ")));
    line("Noise", fmt::format("sigma_data {:g}; ln sigma of mean {:g}, standard deviation {:g}; sigma {:g} to {:g}", card.sigmaData, card.logSigmaMean,
                              card.logSigmaStd, card.sigmaMin, card.sigmaMax));
    line("Normalised by", card.normalisation);
    line("Anatomy", card.anatomy);
    line("Trained on", card.trainingSet);
    line("Images seen", fmt::format("{}", card.imagesSeen));
    line("Network", card.network.dump());
    line("Licence", card.licence);
    for (const auto& source : card.attributions) line("Attribution", source);
    for (const auto& best : card.recommendations)
        line("Best measured", fmt::format("{} {} R {:g}{}: {}", best.method, best.contrast, best.acceleration, best.withoutCentre ? " without ACS" : "", best.parameters.dump()));
    line("SHA-256", card.weightsHash);
}

void run(const Options& options) {
    if (options.weights.empty()) throw UsageError("No weights are given.", "Name a .safetensors file after 'prior info'.");
    const auto card = readPriorCard(options.weights);
    const auto weights = weightCount(options.weights);
    if (!options.asJson) return print(card, weights);
    auto document = card.toJson();
    document["weights"] = weights;
    printJson(document);
}

}  // namespace

Verb addPriorInfo(CLI::App& prior) {
    auto* command = prior.add_subcommand("info", "What a prior's weights say of themselves");
    const auto options = std::make_shared<Options>();
    command->add_option("WEIGHTS", options->weights, "Weights of a prior, .safetensors");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    return {command, [options](const Context&) { run(*options); }};
}

}  // namespace larmor::cli
