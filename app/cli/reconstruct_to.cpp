#include "app/cli/reconstruct_to.h"

#include "app/cli/result_report.h"
#include "app/cli/terminal.h"
#include "core/base/io/save.h"

namespace larmor::cli {

void ResultOptions::addTo(CLI::App& command) {
    command.add_option("-o,--output", output, "image.h5, .npy, .cfl, .png, .nii or .nii.gz");
    command.add_flag("--json", asJson, "One JSON document on standard output");
    run.addTo(command);
}

void ResultOptions::check(const std::string& input) const {
    checkOutput(output, input, {".h5", ".npy", ".cfl", ".png", ".nii.gz", ".nii"});
}

Reconstruction reconstructShown(const RunOptions& options, const session::ReconstructionRequest& request, const Context& context) {
    TerminalProgress progress(options.quiet);
    auto result = session::reconstruct(request, {context.stop, &progress});
    if (result.stoppedEarly && context.stop.stop_requested()) throw Cancelled();
    progress.clear();
    return result;
}

Protocol reconstructTo(const ResultOptions& options, const session::ReconstructionRequest& request, const Context& context) {
    const auto result = reconstructShown(options.run, request, context);
    io::saveReconstruction(options.output, result);
    reportResult(result, options.output, options.asJson);
    return result.protocol;
}

}  // namespace larmor::cli
