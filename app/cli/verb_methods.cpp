// larmor-cli methods: the plugins that were found, their parameters, and those that failed.

#include <fmt/format.h>

#include "app/cli/json_output.h"
#include "app/cli/verb.h"
#include "core/session/engine_host.h"

#include <CLI/CLI.hpp>

namespace larmor::cli {

namespace {

using nlohmann::json;

void printAsJson(const PluginCatalogue& catalogue) {
    json methods = json::array(), failures = json::array();
    for (const auto* method : catalogue.methods())
        methods.push_back({{"id", method->id}, {"name", method->name}, {"summary", method->summary}, {"reference", method->reference}, {"needs", method->needs},
                           {"iterative", method->iterative}, {"library", method->library}, {"parameters", toJson(method->params)}});
    for (const auto& failure : catalogue.failures) failures.push_back({{"path", failure.path}, {"reason", failure.reason}});
    printJson({{"methods", methods}, {"failures", failures}});
}

void printAsText(const PluginCatalogue& catalogue) {
    for (const auto* method : catalogue.methods()) {
        fmt::print("{}: {}\n", method->id, method->summary);
        if (!method->reference.empty()) fmt::print("  {}\n", method->reference);
        fmt::print("{}\n", describe(method->params));
    }
    for (const auto& failure : catalogue.failures) fmt::print("Not usable: {}: {}\n", failure.path, failure.reason);
}

}  // namespace

Verb addMethods(CLI::App& app) {
    auto* command = app.add_subcommand("methods", "Lists the reconstruction methods with their parameters");
    const auto asJson = std::make_shared<bool>(false);
    command->add_flag("--json", *asJson, "One JSON document on standard output");
    command->footer("Plugins are looked for beside the program and in the folders of LARMOR_PLUGIN_PATH.\n\nExample:\n  larmor-cli methods --json\n");
    return {command, [asJson](const Context&) {
                if (*asJson)
                    printAsJson(session::plugins());
                else
                    printAsText(session::plugins());
            }};
}

}  // namespace larmor::cli
