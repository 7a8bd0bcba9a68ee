// larmor-cli convert: k-space of any format in another one.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/session/convert.h"
#include "core/session/open_scan.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions input;
    RunOptions run;
    std::string output;
    bool asJson = false;
};

void run(const Options& options, const Context& context) {
    options.input.require();
    checkOutput(options.output, options.input.file, {".h5", ".mrd", ".npy", ".cfl", ".mat"});
    const auto scan = session::openPlanes(options.input.file, options.input.loadOptions(), {context.stop});
    noteOrigin(scan->header());
    TerminalProgress progress(options.run.quiet);
    const auto made = session::convertKspace(*scan, options.output, {context.stop, &progress});
    progress.clear();
    if (options.asJson) return printJson({{"output", options.output}, {"source", options.input.file}, {"shape", made.shape}, {"dims", made.dims}, {"lost", made.lost}});
    fmt::print("{}: k-space {} ({})\n", options.output, toText(made.shape), made.dims);
    for (const auto& fact : made.lost) fmt::print("Not carried: {}\n", fact);
}

}  // namespace

Verb addConvert(CLI::App& app) {
    auto* command = app.add_subcommand("convert", "Writes the k-space of a file in another format, and says what that has no place for");
    const auto options = std::make_shared<Options>();
    options->input.addTo(*command);
    command->add_option("-o,--output", options->output, "kspace.h5 (fastMRI's layout), .mrd (ISMRMRD), .npy, .cfl or .mat (v5)");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Examples:\n  larmor-cli convert scan.mat -o scan.h5\n  larmor-cli convert scan.npy --dims frame,coil,readout,phase -o scan.cfl\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
