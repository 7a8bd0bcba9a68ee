// larmor-cli prior: diffusion priors, from the images to the weights.
#include "app/cli/verb_prior.h"

#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace larmor::cli {

void printYardstick(const std::vector<YardstickRow>& rows) {
    std::map<std::string, std::vector<const YardstickRow*>> lines;
    for (const auto& row : rows) lines[row.contrast].push_back(&row);
    if (lines.empty()) return;
    fmt::print("Denoising gain over the best wavelet threshold in dB, by noise a channel (99th percentile of the image = 1)\n{:<10}{:>8}", "contrast", "images");
    for (const auto* row : lines.begin()->second) fmt::print("{:>8g}", row->sigma);
    fmt::print("\n");
    for (const auto& [contrast, cells] : lines) {
        fmt::print("{:<10}{:>8}", contrast, cells.front()->images);
        for (const auto* row : cells) fmt::print("{:>8.2f}", row->gainDb);
        fmt::print("\n");
    }
}

nlohmann::json toJson(const std::vector<YardstickRow>& rows) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& row : rows)
        list.push_back({{"contrast", row.contrast}, {"sigma", row.sigma}, {"images", row.images}, {"loss", row.loss}, {"error", row.error},
                        {"wavelet_error", row.waveletError}, {"gain_db", row.gainDb}});
    return list;
}

Verb addPrior(CLI::App& app) {
    auto* command = app.add_subcommand("prior", "Makes, trains, judges and shows diffusion priors");
    command->require_subcommand(1);
    const std::vector<Verb> verbs{addPriorPack(*command), addPriorTrain(*command), addPriorFinetune(*command), addPriorEvaluate(*command),
                                  addPriorSamples(*command), addPriorRecommend(*command), addPriorInfo(*command)};
    command->footer("Examples:\n  larmor-cli prior pack pack.json --root images -o brain.pack.h5\n"
                    "  larmor-cli prior train --pack brain.pack.h5 --out brain --for 2h\n"
                    "  larmor-cli prior evaluate brain/prior.safetensors --pack brain.pack.h5\n"
                    "  larmor-cli prior samples brain/prior.safetensors -o sheet.png\n");
    return {command, [verbs](const Context& context) {
                for (const auto& verb : verbs)
                    if (verb.command->parsed()) return verb.work(context);
            }};
}

}  // namespace larmor::cli
