// larmor-cli prior pack: images of many files in one training file.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb_prior.h"
#include "core/session/prior_pack.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string recipe, root = ".", output;
    RunOptions run;
    bool asJson = false;
};

nlohmann::json toJson(const session::PackedSource& source) {
    return {{"files", source.files}, {"contrast", source.contrast}, {"file_count", source.fileCount}, {"dropped", source.dropped},
            {"images", source.images}, {"subjects", source.subjects}, {"kept", {source.keptRows, source.keptColumns}},
            {"edges", {source.smallestEdge, source.largestEdge}}};
}

void print(const session::PackedSource& source) {
    fmt::print("{} ({}): {} files; images to train {}, validate {}, test {} of {}, {} and {} subjects; {} nearly empty ones left out; "
               "k-space kept {:.0f} % of rows, {:.0f} % of columns; edges {} to {}\n",
               source.files, source.contrast, source.fileCount, source.images[0], source.images[1], source.images[2], source.subjects[0],
               source.subjects[1], source.subjects[2], source.dropped, 100 * source.keptRows, 100 * source.keptColumns, source.smallestEdge,
               source.largestEdge);
}

void run(const Options& options, const Context& context) {
    if (options.recipe.empty()) throw UsageError("No recipe is given.", "Name a JSON file after 'prior pack'.");
    checkOutput(options.output, options.recipe, {".h5"});
    options.run.apply();
    const auto recipe = training::readPackRecipe(options.recipe);
    TerminalProgress progress(options.run.quiet);
    const auto sources = session::makePriorPack(recipe, options.root, options.output, {context.stop, &progress});
    progress.clear();
    if (options.asJson) {
        nlohmann::json list = nlohmann::json::array();
        for (const auto& source : sources) list.push_back(toJson(source));
        return printJson({{"output", options.output}, {"sources", list}});
    }
    for (const auto& source : sources) print(source);
    fmt::print("{}: written\n", options.output);
}

}  // namespace

Verb addPriorPack(CLI::App& prior) {
    auto* command = prior.add_subcommand("pack", "Packs images and fully sampled k-space into one training file");
    const auto options = std::make_shared<Options>();
    command->add_option("RECIPE", options->recipe, "JSON: sources with file patterns, contrasts, subjects and splits; licence and attributions");
    command->add_option("--root", options->root, "Folder that the recipe's patterns start from")->capture_default_str();
    command->add_option("-o,--output", options->output, "NAME.h5");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Example:\n  larmor-cli prior pack resources/priors/brain/pack.json --root images -o brain.pack.h5\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
