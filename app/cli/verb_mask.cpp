// larmor-cli mask: a sampling mask by rule.

#include <charconv>

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/interrupt.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/io/save.h"
#include "core/base/masks/mask_generator.h"

namespace larmor::cli {

namespace {

struct Options {
    std::string shape, kind = "equispaced", output;
    masks::MaskSpec spec;
    std::int64_t acsReadout = 0, frames = 1;
    bool asJson = false;
};

std::int64_t extent(const std::string& text, const std::string& whole) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > 65536)
        throw UsageError(fmt::format("'{}' is not a shape.", whole), "Write READOUTxPHASE, such as 320x320.");
    return value;
}

std::pair<std::int64_t, std::int64_t> parseShape(const std::string& text) {
    if (text.empty()) throw UsageError("--shape is missing.", "Write READOUTxPHASE, such as --shape 320x320.");
    const auto cross = text.find('x');
    if (cross == std::string::npos) return {extent("", text), 0};
    return {extent(text.substr(0, cross), text), extent(text.substr(cross + 1), text)};
}

std::vector<SamplingMask> generated(const Options& options, std::int64_t readout, std::int64_t phase, const Context& context) {
    const LeaveOnStop leave(context.stop);
    return masks::generateSeries(options.spec, readout, phase, options.frames);
}

/// All samples of all frames over those that are kept.
double accelerationOf(const std::vector<SamplingMask>& masks) {
    std::int64_t kept = 0;
    for (const auto& mask : masks) kept += mask.keptCount();
    return static_cast<double>(masks.front().sampleCount() * static_cast<std::int64_t>(masks.size())) / static_cast<double>(kept);
}

void run(Options options, const Context& context) {
    const auto [readout, phase] = parseShape(options.shape);
    checkOutput(options.output, {}, {".npy", ".h5", ".cfl", ".png"});
    options.spec.kind = masks::kindFromText(options.kind);
    if (options.acsReadout > 0) options.spec.acsReadout = options.acsReadout;
    const auto masks = generated(options, readout, phase, context);
    const auto& mask = masks.front();
    masks.size() == 1 ? io::saveMask(options.output, mask) : io::saveMasks(options.output, masks);
    const auto warnings = masks::maskWarnings(mask);
    for (const auto& warning : warnings) note(warning);
    if (options.asJson)
        printJson({{"output", options.output}, {"mask", masks::toText(options.spec)}, {"shape", {readout, phase}}, {"frames", options.frames},
                   {"kept", mask.keptCount()}, {"acceleration", accelerationOf(masks)}, {"asked", options.spec.acceleration}, {"warnings", warnings}});
    else
        fmt::print("{}: {} of {} samples kept{}, achieved R {:.3f} (asked for {:g})\n", options.output, mask.keptCount(), mask.sampleCount(),
                   masks.size() == 1 ? "" : fmt::format(" in the first of {} frames", masks.size()), accelerationOf(masks), options.spec.acceleration);
}

}  // namespace

Verb addMask(CLI::App& app) {
    auto* command = app.add_subcommand("mask", "Makes a sampling mask");
    const auto options = std::make_shared<Options>();
    command->add_option("--shape", options->shape, "READOUTxPHASE, such as 320x320");
    command->add_option("--kind", options->kind, "equispaced, random, gaussian (lines along phase encode), poisson (both directions), uniform, kt-uniform, kt-gaussian (lines), kt-radial")->capture_default_str();
    command->add_option("--R", options->spec.acceleration, "Acceleration in all, the centre counted; not counted by uniform and the kt kinds")->capture_default_str();
    command->add_option("--acs", options->spec.acs, "Fully sampled centre: lines, or the edge of the block (poisson, kt-radial)")->capture_default_str();
    command->add_option("--acs-readout", options->acsReadout, "Height of the block, where it is not square (poisson, kt-radial)");
    command->add_option("--pf", options->spec.partialPhase, "Partial Fourier: the fraction of the lines that is acquired, R relative to it")->capture_default_str();
    command->add_option("--pf-readout", options->spec.partialReadout, "Partial echo: the fraction of each readout that is acquired")->capture_default_str();
    command->add_option("--frames", options->frames, "Masks in one .npy or .h5, one a frame of a series")->check(CLI::Range(1, 10000))->capture_default_str();
    command->add_option("--seed", options->spec.seed, "The same seed gives the same mask")->capture_default_str();
    command->add_option("-o,--output", options->output, "mask.npy, .h5, .cfl or .png");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    command->footer("Examples:\n  larmor-cli mask --shape 320x320 --kind equispaced --R 4 --acs 24 --seed 1 -o mask.npy\n"
                    "  larmor-cli mask --shape 434x181 --kind poisson --R 8 --acs 24 -o mask.png\n"
                    "  larmor-cli mask --shape 256x204 --kind kt-gaussian --R 8 --acs 20 --frames 24 -o masks.npy\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
