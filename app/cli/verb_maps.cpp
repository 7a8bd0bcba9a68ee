// larmor-cli maps: coil sensitivity maps by ESPIRiT.

#include <algorithm>

#include <fmt/format.h>

#include "app/cli/coil_options.h"
#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/save.h"
#include "core/session/reconstruct.h"
#include "core/session/request_scan.h"
#include "core/session/slice_progress.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions input;
    RunOptions run;
    CoilOptions coils;
    std::string mask, slices, calibration, output, eigenvalue;
    std::vector<std::string> assignments;
    bool asJson = false;
};

/// A leading dimension for several slices, none for one; for maps of several sets always, so that they are not taken for slices.
struct AllMaps {
    ComplexArray maps, eigenvalue;
    void take(std::int64_t slice, std::int64_t count, const CoilMaps& found) {
        if (slice == 0) {
            maps = roomFor(count, found.maps.shape());
            eigenvalue = roomFor(count, found.eigenvalue.shape());
        }
        std::copy(found.maps.values().begin(), found.maps.values().end(), maps.block(slice).begin());
        std::copy(found.eigenvalue.values().begin(), found.eigenvalue.values().end(), eigenvalue.block(slice).begin());
        if (count > 1) return;
        if (found.maps.rank() == 3) maps = maps.slice(0);
        eigenvalue = eigenvalue.slice(0);
    }

private:
    static ComplexArray roomFor(std::int64_t count, Shape shape) {
        shape.insert(shape.begin(), count);
        return ComplexArray(shape);
    }
};

AllMaps estimateAll(const Acquisition& scan, const std::vector<std::int64_t>& slices, const Options& options, const RunControl& run) {
    const auto mask = session::MaskChoice::fromText(options.mask);
    const auto values = parameterValues(espiritParameters(), options.assignments);
    const auto count = static_cast<std::int64_t>(slices.size());
    AllMaps all;
    session::SliceProgress progress(*run.progress, count, 1, [](ComplexArray image) { return image; });
    for (std::int64_t i = 0; i < count; ++i) {
        run.throwIfStopped();
        progress.begin(i, "coil maps", false);
        all.take(i, count, session::estimateMaps(scan, slices[static_cast<std::size_t>(i)], mask, values, {run.stop, &progress}));
        progress.endSlice();
    }
    return all;
}

session::ReconstructionRequest requestFrom(const Options& options) {
    options.input.require();
    checkOutput(options.output, options.input.file, {".cfl", ".npy", ".h5"});
    if (!options.eigenvalue.empty()) checkOutput(options.eigenvalue, options.input.file, {".cfl", ".npy", ".h5"});
    session::ReconstructionRequest request;
    request.coils = options.coils.preparation();
    request.calibrationFile = options.calibration;
    request.mask = session::MaskChoice::fromText(options.mask);
    request.acquisition = options.input.open();
    return request;
}

void run(const Options& options, const Context& context) {
    const auto request = requestFrom(options);
    const auto& header = request.acquisition->header();
    noteOrigin(header);
    const auto slices = slicesFrom(options.slices, header);
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto [maps, eigenvalue] = estimateAll(*session::scanOf(request), slices, options, {context.stop, &progress});
    if (context.stop.stop_requested()) throw Cancelled();
    io::saveArray(options.output, maps, "maps");
    if (!options.eigenvalue.empty()) io::saveArray(options.eigenvalue, eigenvalue, "eigenvalue");
    progress.clear();
    if (options.asJson)
        printJson({{"output", options.output}, {"eigenvalue", options.eigenvalue}, {"source", options.input.file}, {"mask", options.mask},
                   {"slices", slices}, {"shape", maps.shape()}, {"coils", request.coils.toJson()}, {"calibration", options.calibration},
                   {"simulated", header.provenance.simulated}});
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
    options->coils.addTo(*command);
    addCalibration(*command, options->calibration);
    command->add_option("--eigenvalue", options->eigenvalue, "Also writes ESPIRiT's eigenvalues, how sure the maps are: .cfl, .npy or .h5");
    command->add_option("-o,--output", options->output, "maps.cfl (BART's order), .npy or .h5");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Options of ESPIRiT (--map-set):\n" + describe(espiritParameters()) +
                    "\nExamples:\n  larmor-cli maps demo.h5 --slices 9 -o maps.cfl\n"
                    "  larmor-cli maps kspace.npy --dims coil,readout,phase --mask mask.npy --map-set crop=0.9 -o maps.npy\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
