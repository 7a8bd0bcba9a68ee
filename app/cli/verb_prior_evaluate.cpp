// larmor-cli prior evaluate: the yardstick of a prior on images that it never saw.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/selection_options.h"
#include "app/cli/terminal.h"
#include "app/cli/verb_prior.h"
#include "core/session/engine_host.h"

namespace larmor::cli {

namespace {

struct Options {
    PriorEvaluationJob job;
    std::string split = "validate";
    SelectionOptions selection;
    RunOptions run;
    bool asJson = false;
};

void run(Options options, const Context& context) {
    if (options.job.weights.empty() || options.job.pack.empty())
        throw UsageError("A prior and a training pack are needed.", "Write: larmor-cli prior evaluate WEIGHTS --pack PACK");
    options.job.split = io::splitFromText(options.split);
    options.selection.apply(options.job.selection);
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto rows = session::priorLab().evaluate(options.job, {context.stop, &progress});
    progress.clear();
    if (options.asJson) return printJson({{"weights", options.job.weights}, {"pack", options.job.pack}, {"split", options.split}, {"tissue_phase", options.job.tissuePhase}, {"yardstick", toJson(rows)}});
    printYardstick(rows);
}

}  // namespace

Verb addPriorEvaluate(CLI::App& prior) {
    auto* command = prior.add_subcommand("evaluate", "Denoising gain over wavelets on a split of a training pack");
    const auto options = std::make_shared<Options>();
    command->add_option("WEIGHTS", options->job.weights, "Weights of a prior, .safetensors");
    command->add_option("--pack", options->job.pack, "Training pack");
    command->add_option("--split", options->split, "train, validate or test")->capture_default_str();
    command->add_option("--images", options->job.images, "How many images, spread over the contrasts")->capture_default_str()->check(CLI::Range(1, 10000));
    command->add_option("--tissue-phase", options->job.tissuePhase, "Strength in radians of a phase between tissues, which magnitudes lack and measured images have")->capture_default_str();
    options->selection.addTo(*command, false);
    addDevice(*command, options->job.device);
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
