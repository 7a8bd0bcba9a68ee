// larmor-cli prior finetune: a prior's weights, trained on for one contrast; the best of a grid.

#include <filesystem>

#include <fmt/ranges.h>

#include "app/cli/common_options.h"
#include "app/cli/duration.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb_prior.h"
#include "core/base/io/json_file.h"
#include "core/session/finetune.h"
#include "core/session/shell_quote.h"

namespace larmor::cli {

namespace {

struct Options {
    session::FinetuneJob job;
    std::string configFile, duration, mask = "equispaced";
    RunOptions run;
    bool asJson = false;
};

std::string commandOf(const Options& options) {
    const auto& job = options.job;
    const auto base = [](const std::string& path) { return session::shellQuoted(std::filesystem::path(path).filename().string()); };
    auto text = fmt::format("larmor-cli prior finetune --parent {} --pack {} --contrast {}", base(job.parent), base(job.pack),
                            session::shellQuoted(job.contrast));
    if (job.subjects > 0) text += fmt::format(" --subjects {}", job.subjects);
    text += fmt::format(" --lr {:g} --images {} --ramp {}", fmt::join(job.rates, ","), fmt::join(job.images, ","), job.rampImages);
    text += fmt::format(" --R {:g} --mask {} --acs {} --method {}", fmt::join(job.accelerations, ","), options.mask, job.acs, job.method);
    text += fmt::format(" --validation-images {} --test-images {}", job.validationImages, job.testImages);
    return options.configFile.empty() ? text : text + " --config " + base(options.configFile);
}

nlohmann::json toJson(const session::FinetuneResult& result) {
    nlohmann::json json{
        {"finished", result.finished}, {"weights", result.weights}, {"grid", nlohmann::json::array()}, {"test", nlohmann::json::array()}};
    for (const auto& score : result.grid)
        json["grid"].push_back({{"lr", score.rate},
                                {"images", score.images},
                                {"R", score.acceleration},
                                {"nrmse", score.nrmse},
                                {"images_scored", score.scored}});
    for (const auto& test : result.test)
        json["test"].push_back({{"weights", test.weights},
                                {"R", test.acceleration},
                                {"nrmse", test.nrmse},
                                {"psnr", test.psnr},
                                {"ssim", test.ssim},
                                {"images_scored", test.scored}});
    if (result.choice)
        json["choice"] = {{"lr", result.choice->rate},
                          {"images", result.choice->images},
                          {"nrmse", result.choice->nrmse},
                          {"parent_nrmse", result.choice->parentNrmse},
                          {"is_parent", result.choice->isParent()}};
    return json;
}

void printGrid(const session::FinetuneResult& result) {
    fmt::print("{:>10}{:>10}{:>8}{:>10}{:>9}\n", "lr", "images", "R", "NRMSE", "scored");
    for (const auto& score : result.grid)
        fmt::print("{:>10}{:>10}{:>8g}{:>10.5f}{:>9}\n", score.images == 0 ? "parent" : fmt::format("{:g}", score.rate), score.images,
                   score.acceleration, score.nrmse, score.scored);
}

void print(const session::FinetuneResult& result, const std::string& folder) {
    printGrid(result);
    if (!result.finished) return fmt::print("{}: not finished; --resume goes on\n", folder);
    const auto& choice = *result.choice;
    if (choice.isParent())
        fmt::print("The parent is the best of the grid (NRMSE {:.5f}): fine-tuning did not help, and it is the choice.\n", choice.nrmse);
    else
        fmt::print("Chosen: {} images at {:g}: NRMSE {:.5f}; the parent has {:.5f}.\n", choice.images, choice.rate, choice.nrmse,
                   choice.parentNrmse);
    if (!result.test.empty())
        fmt::print("Test subjects:\n{:>10}{:>8}{:>10}{:>9}{:>9}{:>9}\n", "weights", "R", "NRMSE", "PSNR", "SSIM", "scored");
    for (const auto& test : result.test)
        fmt::print("{:>10}{:>8g}{:>10.5f}{:>9.2f}{:>9.4f}{:>9}\n", test.weights, test.acceleration, test.nrmse, test.psnr, test.ssim,
                   test.scored);
    fmt::print("{}: written\n", result.weights);
}

void run(Options options, const Context& context) {
    auto& job = options.job;
    if (job.parent.empty() || job.pack.empty() || job.folder.empty() || job.contrast.empty())
        throw UsageError("A parent, a training pack, a contrast and a folder are needed.",
                         "Give --parent WEIGHTS, --pack FILE, --contrast NAME and --out FOLDER.");
    if (!options.configFile.empty()) job.settings = io::readJsonFile(options.configFile);
    job.mask = masks::kindFromText(options.mask);
    job.seconds = secondsOf(options.duration);
    job.threads = options.run.threads;
    job.command = commandOf(options);
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto result = session::finetune(job, {context.stop, &progress});
    progress.clear();
    if (options.asJson) return printJson(toJson(result));
    print(result, job.folder);
}

void addOptions(CLI::App& command, Options& options) {
    auto& job = options.job;
    command.add_option("--parent", job.parent, "Weights to start from: a name of 'larmor-cli priors' or a .safetensors file");
    command.add_option("--pack", job.pack, "Training pack, from prior pack");
    command.add_option("--out", job.folder, "Folder for the grid, the weights and the test");
    command.add_option("--contrast", job.contrast, "Contrast of the pack to train for; a class that the parent lacks is added to it");
    command.add_option("--subjects", job.subjects, "Trains on so many subjects; all where it is not given")->check(CLI::Range(1, 1000000));
    const auto list = [&](const char* name, auto& values, const char* help) {
        command.add_option(name, values, help)->delimiter(',')->capture_default_str();
    };
    list("--lr", job.rates, "Learning rates of the grid");
    list("--images", job.images, "Numbers of training images of the grid; 0, the parent, is always one");
    command.add_option("--ramp", job.rampImages, "The learning rate rises from 0 over so many images, then stays")->capture_default_str();
    list("--R", job.accelerations, "Accelerations that are scored");
    command.add_option("--mask", options.mask, "equispaced, random, gaussian or poisson")->capture_default_str();
    command.add_option("--acs", job.acs, "Lines of the fully sampled centre")->capture_default_str();
    command.add_option("--method", job.method, "Reconstructs what is scored")->capture_default_str();
    command.add_option("--validation-images", job.validationImages, "Scored for the choice, at most")->capture_default_str();
    command.add_option("--test-images", job.testImages, "Scored once with the choice and with the parent, at most; 0: none")
        ->capture_default_str();
    command.add_option("--config", options.configFile, "JSON with training settings, over those that the parent was trained with");
    command.add_option("--for", options.duration, "Ends this run after so long: 90m, 2h, 1h30m");
    command.add_flag("--resume", job.resume, "Goes on with the work in the folder; give the rest of the command as before");
    addDevice(command, job.device);
    command.add_flag("--json", options.asJson, "One JSON document on standard output");
    options.run.addTo(command);
}

}  // namespace

Verb addPriorFinetune(CLI::App& prior) {
    auto* command = prior.add_subcommand(
        "finetune", "Trains a prior on for one contrast: a grid of rates and durations, chosen by validation, tested once");
    const auto options = std::make_shared<Options>();
    addOptions(*command, *options);
    command->footer(
        "Example:\n  larmor-cli prior finetune --parent brain --pack brain.pack.h5 --contrast FLAIR --subjects 20 --out flair --for 2h\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
