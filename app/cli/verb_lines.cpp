// larmor-cli lines: which lines of a scan do not fit to the others.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/session/bad_lines.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions input;
    RunOptions run;
    std::string mask, slices;
    bool all = false, asJson = false;
};

nlohmann::json jsonOf(std::int64_t slice, const session::LineCheck& check) {
    auto lines = nlohmann::json::array(), spikes = nlohmann::json::array();
    for (const auto& line : check.lines)
        lines.push_back({{"line", line.line}, {"score", line.score}, {"relative", line.relative}, {"bad", line.bad}});
    for (const auto& spike : check.spikes) spikes.push_back({{"readout", spike.readout}, {"line", spike.line}, {"score", spike.score}});
    return {{"slice", slice}, {"bad", check.badLines()}, {"lines", lines}, {"spikes", spikes}};
}

void print(std::int64_t slice, const session::LineCheck& check, bool all) {
    fmt::print("Slice {}: {} of {} lines do not fit to the others, {} spikes\n", slice, check.badLines().size(), check.lines.size(), check.spikes.size());
    for (const auto& line : check.lines)
        if (all || line.bad)
            fmt::print("  line {:>4}  error {:>6.1f} times its neighbours', {:>5.1f} % of itself{}\n", line.line, line.score, 100 * line.relative,
                       all && line.bad ? "  bad" : "");
    for (const auto& spike : check.spikes)
        fmt::print("  spike at line {}, readout {}: error {:.0f} times its neighbours'\n", spike.line, spike.readout, spike.score);
}

void run(const Options& options, const Context& context) {
    const auto acquisition = options.input.open();
    noteOrigin(acquisition->header());
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto mask = session::MaskChoice::fromText(options.mask);
    auto list = nlohmann::json::array();
    for (const auto slice : slicesFrom(options.slices, acquisition->header())) {
        const auto check = session::checkLines(*acquisition, slice, mask, {context.stop, &progress});
        progress.clear();
        if (options.asJson)
            list.push_back(jsonOf(slice, check));
        else
            print(slice, check, options.all);
    }
    if (options.asJson) printJson(list);
}

}  // namespace

Verb addLines(CLI::App& app) {
    auto* command = app.add_subcommand("lines", "Finds lines that motion corrupted, and spikes");
    const auto options = std::make_shared<Options>();
    options->input.addTo(*command);
    command->add_option("--mask", options->mask, "KIND:R=4,acs=24,seed=1 or a file; all acquired samples where it is not given");
    command->add_option("--slices", options->slices, "Such as 3, 0-9 or 0,4,7-9, counted from 0; all where it is not given");
    command->add_flag("--all", options->all, "Lists the good lines too");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Each line is compared with what a SENSE reconstruction without it says of it. 'larmor-cli recon --without-lines auto' leaves\n"
                    "out what is found here.\n\nExample:\n  larmor-cli lines scan.h5 --slices 9\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
