// larmor-cli simulate: k-space from magnitude images, called simulated wherever its name shows.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/session/simulate.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string image, output;
    session::SimulationOptions simulation;
    RunOptions run;
    bool asJson = false;
};

void run(const Options& options, const Context& context) {
    if (options.image.empty()) throw UsageError("No image is given.", "Name a NIfTI, DICOM, PNG or npy file, or the folder of a DICOM series, after 'simulate'.");
    checkOutput(options.output, options.image, {".h5"});
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    session::simulateScan(options.image, options.simulation, options.output, {context.stop, &progress});
    progress.clear();
    if (options.asJson)
        printJson({{"output", options.output}, {"source", options.image}, {"coils", options.simulation.coils}, {"snr", options.simulation.snr},
                   {"frames", options.simulation.frames}, {"seed", options.simulation.seed}, {"simulated", true}});
    else
        fmt::print("{}: simulated k-space, {} coils, SNR {:g}\n", options.output, options.simulation.coils, options.simulation.snr);
}

}  // namespace

Verb addSimulate(CLI::App& app) {
    auto* command = app.add_subcommand("simulate", "Makes simulated k-space from magnitude images");
    const auto options = std::make_shared<Options>();
    auto& simulation = options->simulation;
    command->add_option("IMAGE", options->image, "NIfTI, DICOM (a file or the folder of a series), PNG or npy with magnitudes");
    command->add_option("--coils", simulation.coils, "Receive coils round the object")->capture_default_str();
    command->add_option("--snr", simulation.snr, "Mean of the object / standard deviation of the noise, all coils combined")->capture_default_str();
    command->add_option("--slices", simulation.slices, "How many slices, spread over the object; 0: all")->capture_default_str();
    command->add_option("--first-slice", simulation.firstSlice, "Take the slices one after the other from this index on")->capture_default_str();
    command->add_option("--frames", simulation.frames, "Frames of a cine: the middle of the object beats; 1: it stands still")->capture_default_str();
    command->add_option("--oversampling", simulation.readoutOversampling, "Readout oversampling, 1 or 2")->capture_default_str();
    command->add_option("--tissue-phase", simulation.tissuePhase, "Radians between bright tissue and the rest, as between fat and water")->capture_default_str();
    command->add_option("--seed", simulation.seed, "The same seed gives the same phase and noise")->capture_default_str();
    command->add_option("-o,--output", options->output, "scan.h5, in fastMRI's layout");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Examples:\n  larmor-cli simulate /usr/share/mricron/templates/ch2.nii.gz --coils 12 --snr 30 --slices 20 -o demo.h5\n"
                    "  larmor-cli simulate photo.png --coils 8 --snr 50 -o scan.h5\n"
                    "  larmor-cli simulate heart.png --coils 10 --snr 30 --frames 24 -o cine.h5\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
