#include "app/cli/reconstruct_to.h"

#include "app/cli/result_report.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/base/io/save.h"

namespace larmor::cli {

void ResultOptions::addTo(CLI::App& command) {
    command.add_option("-o,--output", output, "image.h5, .npy, .cfl, .mat, .png, .nii or .nii.gz");
    command.add_option("--bits", pngBits, "Of each pixel of a PNG: 8 or 16")->check(CLI::IsMember({8, 16}))->capture_default_str();
    command.add_flag("--json", asJson, "One JSON document on standard output");
    run.addTo(command);
}

void ResultOptions::check(const std::string& input) const {
    checkOutput(output, input, {".h5", ".npy", ".cfl", ".mat", ".png", ".nii.gz", ".nii"});
    if (pngBits != 8 && !output.ends_with(".png") && !output.ends_with(".PNG")) throw UsageError("--bits is of pictures alone.", "Let the output end in .png.");
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
    io::saveReconstruction(options.output, result, {options.pngBits});
    reportResult(result, options.output, options.asJson);
    return result.protocol;
}

}  // namespace larmor::cli
