// larmor-cli replay: makes a stored result again.

#include <fmt/format.h>

#include "app/cli/reconstruct_to.h"
#include "app/cli/result_report.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/replay.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string file;
    ResultOptions result;
};

/// What a person wants to know of it: whether the pixels are the same, and by how much they differ if not.
std::string judgement(const std::optional<double>& difference, const std::string& file) {
    if (!difference) return file + " does not hold complex pixels: whether they are the same cannot be told.";
    if (*difference == 0) return "the same pixels as " + file + ", bit for bit.";
    return fmt::format("other pixels than {}: they differ by {:.2g} of its norm.", file, *difference);
}

void run(const Options& options, const Context& context) {
    if (options.file.empty()) throw UsageError("No result is given.", "Name one after 'replay'.");
    if (!options.result.output.empty()) options.result.check(options.file);
    const auto stored = io::readReconstruction(options.file);
    auto request = session::requestOf(stored, context.stop);
    if (options.result.run.threads > 0) request.threads = options.result.run.threads;
    const auto again = reconstructShown(options.result.run, request, context);
    if (!options.result.output.empty()) io::saveReconstruction(options.result.output, again, {options.result.pngBits});
    const auto difference = session::differenceOf(stored, again);
    const auto number = difference ? nlohmann::json(*difference) : nlohmann::json(nullptr);
    const auto same = difference ? nlohmann::json(*difference == 0) : nlohmann::json(nullptr);
    reportResult(again, options.result.output, options.result.asJson, {{"same", same}, {"difference", number}});
    if (!options.result.asJson) fmt::print("{}\n", judgement(difference, options.file));
    if (again.protocol.maskHash != stored.protocol.maskHash) note("the mask is not the one that the result was made with: its SHA-256 differs.");
}

}  // namespace

Verb addReplay(CLI::App& app) {
    auto* command = app.add_subcommand("replay", "Makes a stored result again from its protocol and tells whether the pixels are the same");
    const auto options = std::make_shared<Options>();
    command->add_option("RESULT", options->file, "A result of recon, with its protocol");
    options->result.addTo(*command);
    command->footer("Examples:\n  larmor-cli replay image.h5\n  larmor-cli replay image.h5 -o again.npy\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
