// larmor-cli replay: makes a stored result again.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/result_report.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/replay.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string file, output;
    RunOptions run;
    bool asJson = false;
};

void run(const Options& options, const Context& context) {
    if (options.file.empty()) throw UsageError("No result is given.", "Name one after 'replay'.");
    checkOutput(options.output, options.file, {".h5", ".npy", ".cfl", ".png", ".nii.gz", ".nii"});
    const auto stored = io::readReconstruction(options.file);
    auto request = session::requestOf(stored, context.stop);
    if (options.run.threads > 0) request.threads = options.run.threads;
    TerminalProgress progress(options.run.quiet);
    const auto result = session::reconstruct(request, {context.stop, &progress});
    if (result.stoppedEarly) throw Cancelled();
    if (result.protocol.maskHash != stored.protocol.maskHash) note("the mask is not the one that the result was made with: its SHA-256 differs.");
    io::saveReconstruction(options.output, result);
    progress.clear();
    reportResult(result, options.output, options.asJson);
}

}  // namespace

Verb addReplay(CLI::App& app) {
    auto* command = app.add_subcommand("replay", "Makes a stored result again from its protocol");
    const auto options = std::make_shared<Options>();
    command->add_option("RESULT", options->file, "A result of recon, with its protocol");
    command->add_option("-o,--output", options->output, "image.h5, .npy, .cfl, .png, .nii or .nii.gz");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Example:\n  larmor-cli replay image.h5 -o again.npy\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
