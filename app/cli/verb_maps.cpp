// larmor-cli maps: coil sensitivity maps by ESPIRiT.

#include <algorithm>

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/save.h"
#include "core/session/reconstruct.h"
#include "core/session/slice_progress.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions input;
    RunOptions run;
    std::string mask, slices, output;
    std::vector<std::string> assignments;
    bool asJson = false;
};

/// [coil, readout, phase] for one slice, [slice, coil, readout, phase] for several.
ComplexArray estimateAll(const Acquisition& acquisition, const std::vector<std::int64_t>& slices, const Options& options, const RunControl& run) {
    const auto mask = session::MaskChoice::fromText(options.mask);
    const auto values = parameterValues(espiritParameters(), options.assignments);
    const auto& header = acquisition.header();
    const auto count = static_cast<std::int64_t>(slices.size());
    ComplexArray all({count, header.coils, header.encoded.readout, header.encoded.phase});
    session::SliceProgress progress(*run.progress, count, 1, [](ComplexArray image) { return image; });
    for (std::int64_t i = 0; i < count; ++i) {
        run.throwIfStopped();
        progress.begin(i, "coil maps", false);
        const auto maps = session::estimateMaps(acquisition, slices[static_cast<std::size_t>(i)], mask, values, {run.stop, &progress});
        std::copy(maps.maps.values().begin(), maps.maps.values().end(), all.block(i).begin());
        progress.endSlice();
    }
    return count == 1 ? all.slice(0) : all;
}

void run(const Options& options, const Context& context) {
    options.input.require();
    checkOutput(options.output, options.input.file, {".cfl", ".npy", ".h5"});
    const auto acquisition = options.input.open();
    noteOrigin(acquisition->header());
    const auto slices = slicesFrom(options.slices, acquisition->header());
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto maps = estimateAll(*acquisition, slices, options, {context.stop, &progress});
    if (context.stop.stop_requested()) throw Cancelled();
    io::saveArray(options.output, maps, "maps");
    progress.clear();
    if (options.asJson)
        printJson({{"output", options.output}, {"source", options.input.file}, {"mask", options.mask}, {"slices", slices}, {"shape", maps.shape()},
                   {"simulated", acquisition->header().provenance.simulated}});
    else
        fmt::print("{}: coil maps {}\n", options.output, toText(maps.shape()));
}

}  // namespace

Verb addMaps(CLI::App& app) {
    auto* command = app.add_subcommand("maps", "Estimates coil maps from the samples that a mask keeps");
    const auto options = std::make_shared<Options>();
    options->input.addTo(*command);
    command->add_option("--mask", options->mask, "KIND:R=4,acs=24,seed=1 or a file; all acquired samples where it is not given");
    command->add_option("--slices", options->slices, "Such as 3, 0-9 or 0,4,7-9, counted from 0; all where it is not given");
    command->add_option("--map-set", options->assignments, "An option of ESPIRiT, name=value; repeatable")->take_all()->type_size(1)->allow_extra_args(false);
    command->add_option("-o,--output", options->output, "maps.cfl (BART's order), .npy or .h5");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Options of ESPIRiT (--map-set):\n" + describe(espiritParameters()) +
                    "\nExamples:\n  larmor-cli maps demo.h5 --slices 9 -o maps.cfl\n"
                    "  larmor-cli maps kspace.npy --dims coil,readout,phase --mask mask.npy --map-set crop=0.9 -o maps.npy\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
