// larmor-cli priors: the diffusion priors that were found, and the weights that cannot be used.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/json_output.h"
#include "app/cli/verb.h"
#include "core/session/prior_text.h"

#include <CLI/CLI.hpp>

namespace larmor::cli {

namespace {

using nlohmann::json;

void printAsJson(const session::PriorCatalogue& catalogue) {
    json priors = json::array(), failures = json::array();
    for (const auto& prior : catalogue.priors) priors.push_back({{"file", prior.file}, {"card", prior.card.toJson()}});
    for (const auto& failure : catalogue.failures) failures.push_back({{"path", failure.path}, {"reason", failure.reason}});
    printJson({{"priors", priors}, {"failures", failures}, {"folders", session::priorFolders()}});
}

void printPrior(const session::KnownPrior& prior) {
    fmt::print("{}: {}\n", prior.card.name, prior.file);
    for (const auto& line : session::factsOf(prior)) fmt::print("  {}\n", line);
    for (const auto& entry : prior.card.recommendations) fmt::print("  {}\n", session::recommendationText(entry));
}

void printAsText(const session::PriorCatalogue& catalogue) {
    for (const auto& prior : catalogue.priors) printPrior(prior);
    for (const auto& failure : catalogue.failures) fmt::print("Not usable: {}: {}\n", failure.path, failure.reason);
    if (catalogue.priors.empty()) fmt::print("There is no prior in {}.\n", fmt::join(session::priorFolders(), ", "));
}

}  // namespace

Verb addPriors(CLI::App& app) {
    auto* command = app.add_subcommand("priors", "Lists the diffusion priors");
    const auto asJson = std::make_shared<bool>(false);
    command->add_flag("--json", *asJson, "One JSON document on standard output");
    command->footer("Priors are .safetensors files. They are looked for in the folders of LARMOR_PRIORS, in ~/.local/share/larmor/priors\n"
                    "and beside the program, in share/larmor/priors.\n\nExample:\n  larmor-cli priors --json\n");
    return {command, [asJson](const Context&) {
                const auto catalogue = session::knownPriors();
                if (*asJson)
                    printAsJson(catalogue);
                else
                    printAsText(catalogue);
            }};
}

}  // namespace larmor::cli
