// larmor-cli kspace: the masked k-space of one slice, for other programs.

#include <fmt/format.h>

#include "app/cli/coil_options.h"
#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/save.h"
#include "core/session/request_scan.h"
#include "core/session/slice_source.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions input;
    CoilOptions coils;
    std::string mask, slice, output;
    bool asJson = false;
};

void run(const Options& options, const Context& context) {
    options.input.require();
    checkOutput(options.output, options.input.file, {".cfl", ".npy", ".h5"});
    session::ReconstructionRequest request;
    request.acquisition = options.input.open();
    request.coils = options.coils.preparation();
    request.mask = session::MaskChoice::fromText(options.mask);
    noteOrigin(request.acquisition->header());
    const auto slices = slicesFrom(options.slice, request.acquisition->header());
    if (slices.size() != 1) throw UsageError("k-space is written slice by slice.", "Choose one with --slices.");
    auto masked = session::readMaskedSlice(*session::scanOf(request), slices.front(), request.mask);
    const auto kspace = applyMask(std::move(masked.kspace), masked.mask.mask);
    if (context.stop.stop_requested()) throw Cancelled();
    io::saveArray(options.output, kspace, "kspace");
    if (options.asJson)
        printJson({{"output", options.output}, {"source", options.input.file}, {"slice", slices.front()}, {"shape", kspace.shape()},
                   {"acceleration", masked.mask.total}});
    else
        fmt::print("{}: k-space {}, R {:.3f}\n", options.output, toText(kspace.shape()), masked.mask.total);
}

}  // namespace

Verb addKspace(CLI::App& app) {
    auto* command = app.add_subcommand("kspace", "Writes the masked k-space of a slice for other programs");
    const auto options = std::make_shared<Options>();
    options->input.addTo(*command);
    command->add_option("--mask", options->mask, "KIND:R=4,acs=24,seed=1 or a file; all acquired samples where it is not given");
    options->coils.addTo(*command);
    command->add_option("--slices", options->slice, "The slice, counted from 0");
    command->add_option("-o,--output", options->output, "kspace.cfl (BART's order), .npy or .h5");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    command->footer("Example:\n  larmor-cli kspace demo.h5 --slices 9 --mask equispaced:R=4,acs=24,seed=1 -o kspace.cfl\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
