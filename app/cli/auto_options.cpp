#include "app/cli/auto_options.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/terminal.h"
#include "core/session/tuning_curve.h"
#include "core/session/tuning_plot.h"

namespace larmor::cli {

namespace {

session::TuneOptions tuneOptions(const AutoOptions& options) {
    session::TuneOptions tune;
    const auto equals = options.text.find('=');
    tune.parameter = options.text.substr(0, equals);
    if (equals != std::string::npos) tune.values = splitValues(options.text.substr(equals + 1));
    if (options.slice >= 0) tune.slice = options.slice;
    tune.holdOut = options.holdOut;
    tune.by = options.by == "sure" ? session::TuneBy::Sure : session::TuneBy::HeldOut;
    return tune;
}

void printCurve(const Tuning& tuning) {
    fmt::print(stderr, "{:>10}{:>10}{:>10}{:>12}{:>10}\n", tuning.parameter, "error", "+-", "difference", "+-");
    for (const auto& point : tuning.curve)
        fmt::print(stderr, "{:>10.4g}{:>10.4f}{:>10.4f}{:>12.5f}{:>10.5f}{}\n", point.value, point.error, point.standardError,
                   point.difference, point.differenceError,
                   tuning.isFlatAt(point.value) ? "  flat" : "");
}

std::string verdictOf(const Tuning& tuning, bool sure) {
    const auto asked = fmt::format("slice {}, {} {}{}s", tuning.slice, tuning.heldOut, sure ? "" : "held-out ", tuning.unit);
    if (!tuning.doubt.empty())
        return fmt::format("{} cannot be told from the samples ({}). {} It stays at {:.4g}.", tuning.parameter, asked, tuning.doubt,
                           tuning.value);
    const auto flat =
        tuning.flatLow < tuning.flatHigh
            ? fmt::format("from {:.4g} to {:.4g} the error is the same within its standard error", tuning.flatLow, tuning.flatHigh)
            : "the values beside it are worse by more than their standard error";
    if (session::leaned(tuning))
        return fmt::format("{} {:.4g} predicts best ({}); {:.4g} is taken, nearer to the recommended value and not clearly worse.", tuning.parameter, tuning.lowest,
                           asked, tuning.value);
    return fmt::format("{} {:.4g} predicts best ({}); {}.", tuning.parameter, tuning.value, asked, flat);
}

}  // namespace

void AutoOptions::addTo(CLI::App& command) {
    command.add_option("--auto", text, "NAME or NAME=VALUE/VALUE...: the value of that parameter that predicts held-out lines best");
    command.add_option("--auto-by", by, "What --auto goes by: held-out, or sure, Stein's estimate with the noise at the edge of k-space")
        ->capture_default_str()
        ->check(CLI::IsMember({"held-out", "sure"}));
    command.add_option("--auto-plot", plot, "The curve of --auto as .svg or .csv");
    command.add_option("--auto-slice", slice, "Slice that --auto looks at; the middle of the object where it is not given")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--auto-folds", holdOut.folds, "Times that --auto holds out other lines")
        ->capture_default_str()
        ->check(CLI::Range(1, 8));
}

void AutoOptions::check(const std::string& input) const {
    if (!plot.empty() && !wanted()) throw UsageError("A plot of the curve is asked for, but nothing is tuned.", "Add --auto NAME.");
    if (!plot.empty()) checkOutput(plot, input, {".svg", ".csv"});
}

session::ReconstructionRequest AutoOptions::apply(session::ReconstructionRequest request, bool quiet, const Context& context) const {
    auto tune = tuneOptions(*this);
    if (request.chosenParameters &&
        std::find(request.chosenParameters->begin(), request.chosenParameters->end(), tune.parameter) != request.chosenParameters->end())
        throw UsageError(fmt::format("'{}' is both set and to be tuned.", tune.parameter), "Give it by --set or by --auto.");
    tune.holdOut.seed = request.seed;
    TerminalProgress progress(quiet);
    const auto tuning = session::autoTune(request, tune, {context.stop, &progress});
    progress.clear();
    if (!quiet) printCurve(tuning);
    note(verdictOf(tuning, tune.by == session::TuneBy::Sure));
    if (!plot.empty() && tuning.curve.empty()) note(fmt::format("{} is not written: there is no curve.", plot));
    if (!plot.empty() && !tuning.curve.empty()) session::writeTuning(plot, tuning);
    return session::withTuning(std::move(request), tuning);
}

}  // namespace larmor::cli
