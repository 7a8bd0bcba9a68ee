// larmor-cli prior recommend: what a sweep found best becomes what a prior's card recommends.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/verb_prior.h"
#include "core/session/recommend.h"
#include "core/session/reduced_scan.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string weights, table, prior, output;
};

void run(const Options& options) {
    if (options.weights.empty() || options.table.empty())
        throw UsageError("Weights and the table of a sweep are needed.", "Write: larmor-cli prior recommend WEIGHTS --table TABLE.json -o NEW.safetensors");
    checkOutput(options.output, options.weights, {".safetensors"});
    const auto table = session::readSweep(options.table);
    if (table.reduction() > 1)
        throw UsageError(
            fmt::format("The table was made at {}; a card recommends values for the full size.", session::sizeText(table.reduction())),
            "Run the sweep without --reduce.");
    const auto recommendations = session::recommendationsFrom(table.cells, options.prior);
    session::writeRecommendations(options.weights, recommendations, options.output);
    for (const auto& entry : recommendations)
        fmt::print("{} {} R {:g}: {} (NRMSE {:.4f})\n", entry.method, entry.contrast, entry.acceleration, entry.parameters.dump(), entry.nrmse);
    fmt::print("{}: written\n", options.output);
}

}  // namespace

Verb addPriorRecommend(CLI::App& prior) {
    auto* command = prior.add_subcommand("recommend", "Stores the best values of a sweep in a prior's card");
    const auto options = std::make_shared<Options>();
    command->add_option("WEIGHTS", options->weights, "Weights of a prior, .safetensors");
    command->add_option("--table", options->table, "Table of larmor-cli sweep, .json, over subjects that validate");
    command->add_option("--prior", options->prior, "The prior as the table names it, where it names several");
    command->add_option("-o,--output", options->output, "Copy of the weights with the recommendations, .safetensors");
    command->footer("Example:\n  larmor-cli prior recommend brain/prior.safetensors --table tuned.json -o brain.safetensors\n");
    return {command, [options](const Context&) { run(*options); }};
}

}  // namespace larmor::cli
