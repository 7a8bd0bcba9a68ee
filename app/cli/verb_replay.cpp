// larmor-cli replay: makes a stored result again.

#include "app/cli/reconstruct_to.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/load.h"
#include "core/session/replay.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string file;
    ResultOptions result;
};

void run(const Options& options, const Context& context) {
    if (options.file.empty()) throw UsageError("No result is given.", "Name one after 'replay'.");
    options.result.check(options.file);
    const auto stored = io::readReconstruction(options.file);
    auto request = session::requestOf(stored, context.stop);
    if (options.result.run.threads > 0) request.threads = options.result.run.threads;
    if (reconstructTo(options.result, request, context).maskHash != stored.protocol.maskHash)
        note("the mask is not the one that the result was made with: its SHA-256 differs.");
}

}  // namespace

Verb addReplay(CLI::App& app) {
    auto* command = app.add_subcommand("replay", "Makes a stored result again from its protocol");
    const auto options = std::make_shared<Options>();
    command->add_option("RESULT", options->file, "A result of recon, with its protocol");
    options->result.addTo(*command);
    command->footer("Example:\n  larmor-cli replay image.h5 -o again.npy\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
