// larmor-cli prior train: learns a prior from a training pack.

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/duration.h"
#include "app/cli/json_output.h"
#include "app/cli/rank_options.h"
#include "app/cli/selection_options.h"
#include "app/cli/terminal.h"
#include "app/cli/verb_prior.h"
#include "core/base/io/json_file.h"
#include "core/session/engine_host.h"
#include "core/session/progress_clock.h"
#include "core/session/shell_quote.h"

namespace larmor::cli {

namespace {

using training::TrainingConfig;

struct Options {
    PriorTrainingJob job;
    std::string configFile, duration;
    std::optional<std::string> network, name;
    std::optional<std::int64_t> images, batch;
    std::optional<double> rate;
    std::optional<std::uint64_t> seed;
    SelectionOptions selection;
    RankOptions ranks;
    RunOptions run;
    bool asJson = false;
};

/// What the folder's run was made with, or the defaults; over it the file of --config; over that the flags.
TrainingConfig configOf(const Options& options) {
    const auto stored = options.job.folder + "/config.json";
    auto json = TrainingConfig{}.toJson();
    if (options.job.resume && std::filesystem::exists(stored)) json = training::storedSettings(io::readJsonFile(stored));
    if (!options.configFile.empty()) json.merge_patch(io::readJsonFile(options.configFile));
    if (options.network) json["family"] = *options.network;
    if (options.name) json["name"] = *options.name;
    if (options.images) json["images"] = *options.images;
    if (options.batch) json["batch"] = *options.batch;
    if (options.rate) json["learning_rate"]["peak"] = *options.rate;
    if (options.seed) json["seed"] = *options.seed;
    auto config = TrainingConfig::fromJson(json);
    options.selection.apply(config.selection);
    return config;
}

std::string commandOf(const Options& options) {
    const auto base = [](const std::string& path) { return session::shellQuoted(std::filesystem::path(path).filename().string()); };
    std::string text = "larmor-cli prior train --pack " + base(options.job.pack);
    if (!options.configFile.empty()) text += " --config " + base(options.configFile);
    if (options.network) text += " --network " + session::shellQuoted(*options.network);
    if (!options.job.parent.empty()) text += " --parent " + base(options.job.parent);
    text += options.selection.commandText();
    if (options.images) text += fmt::format(" --images {}", *options.images);
    if (!options.duration.empty()) text += " --for " + options.duration;
    if (options.batch) text += fmt::format(" --batch {}", *options.batch);
    if (options.rate) text += fmt::format(" --lr {:g}", *options.rate);
    if (options.seed) text += fmt::format(" --seed {}", *options.seed);
    if (options.job.ranks.count > 1) text += fmt::format(" --ranks {}", options.job.ranks.count);
    return text + (options.job.resume ? " --resume" : "");
}

void report(const PriorTrainingResult& result, bool asJson) {
    if (asJson)
        return printJson({{"weights", result.weights}, {"images", result.images}, {"seconds", result.seconds}, {"loss", result.loss},
                          {"stopped", result.stopped}, {"finished", result.finished}, {"yardstick", toJson(result.yardstick)}});
    printYardstick(result.yardstick);
    fmt::print("{}: {} images in {} in all, training loss {:.4f}{}\n", result.weights, result.images, session::durationText(result.seconds), result.loss,
               result.finished ? "" : "; --resume goes on");
}

void run(Options options, const Context& context) {
    auto& job = options.job;
    if (job.pack.empty() || job.folder.empty()) throw UsageError("A training pack and a folder are needed.", "Give --pack FILE and --out FOLDER.");
    job.config = configOf(options);
    job.seconds = secondsOf(options.duration);
    if (job.seconds == 0 && job.config.images == 0) throw UsageError("The training has no end.", "Give --for 2h, or --images N.");
    job.ranks = options.ranks.chosen();
    job.device = deviceOfRank(job.device);
    job.command = commandOf(options);
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto result = session::priorLab().train(job, {context.stop, &progress});
    progress.clear();
    if (job.ranks.rank == 0) report(result, options.asJson);
}

void addOptions(CLI::App& command, Options& options) {
    command.add_option("--pack", options.job.pack, "Training pack, from prior pack");
    command.add_option("--out", options.job.folder, "Folder for state, weights, configuration, curve and samples");
    command.add_option("--network", options.network, "compact, song-unet or adm; its size comes from --config");
    command.add_option("--config", options.configFile, "JSON with any of the settings of config.json in the folder of a run");
    command.add_option("--parent", options.job.parent, "Weights to start from instead of random ones");
    options.selection.addTo(command, true);
    command.add_option("--name", options.name, "What the prior is called");
    command.add_option("--for", options.duration, "Ends this run after so long: 90m, 2h, 1h30m");
    command.add_option("--images", options.images, "Ends after so many images in all");
    command.add_option("--batch", options.batch, "Images a step");
    command.add_option("--lr", options.rate, "Peak of the learning rate");
    command.add_option("--seed", options.seed, "The same seed gives the same weights on the same machine");
    command.add_flag("--resume", options.job.resume, "Goes on with the run in the folder");
    addDevice(command, options.job.device);
    options.ranks.addTo(command);
    command.add_flag("--json", options.asJson, "One JSON document on standard output");
    options.run.addTo(command);
}

}  // namespace

Verb addPriorTrain(CLI::App& prior) {
    auto* command = prior.add_subcommand("train", "Trains a prior; a stop, Ctrl-C too, keeps the state for --resume");
    const auto options = std::make_shared<Options>();
    addOptions(*command, *options);
    command->footer("Examples:\n  larmor-cli prior train --pack brain.pack.h5 --network compact --out brain --for 2h\n"
                    "  larmor-cli prior train --pack brain.pack.h5 --out brain --for 2h --resume\n"
                    "  larmor-cli prior train --pack brain.pack.h5 --out few --for 2h --without T1CE --subjects FLAIR=20\n"
                    "  larmor-cli prior train --pack brain.pack.h5 --out brain --for 2h --ranks 2 --rank 0 --rendezvous node1:29500\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
