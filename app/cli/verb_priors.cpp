// larmor-cli priors: the diffusion priors that were found, and the weights that cannot be used.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/json_output.h"
#include "app/cli/verb.h"
#include "core/session/priors.h"

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

std::string classesOf(const PriorCard& card) {
    std::vector<std::string> names;
    for (const auto& name : card.contrasts)
        if (!name.empty()) names.push_back(name);
    return names.empty() ? "without contrast classes" : fmt::format("contrasts {}", fmt::join(names, ", "));
}

void printPrior(const session::KnownPrior& prior) {
    const PriorCard& card = prior.card;
    fmt::print("{}: {}{}{}\n  {}\n", card.name, card.anatomy, card.anatomy.empty() ? "" : ", ", classesOf(card), prior.file);
    if (!card.trainingSet.empty()) fmt::print("  trained on {}\n", card.trainingSet);
    if (card.matrixRange.size() == 2) fmt::print("  matrix {} to {} pixels\n", card.matrixRange[0], card.matrixRange[1]);
    if (card.pixelRangeMm.size() == 2) fmt::print("  pixels {} to {} mm\n", card.pixelRangeMm[0], card.pixelRangeMm[1]);
    if (!card.licence.empty()) fmt::print("  licence: {}\n", card.licence);
    for (const auto& entry : card.recommendations)
        fmt::print("  {}{}{}: {}\n", entry.method, entry.contrast.empty() ? "" : ", " + entry.contrast,
                   entry.acceleration > 0 ? fmt::format(", R {:.3g}", entry.acceleration) : "", entry.parameters.dump());
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
