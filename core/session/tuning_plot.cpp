#include "core/session/tuning_plot.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/svg_plot.h"
#include "core/base/io/text_file.h"

namespace larmor::session {

namespace {

double lowestError(const Tuning& tuning) {
    const auto less = [](const TuningPoint& a, const TuningPoint& b) { return a.error < b.error; };
    return std::min_element(tuning.curve.begin(), tuning.curve.end(), less)->error;
}

io::LinePlot plotOf(const Tuning& tuning) {
    io::LinePlot plot;
    plot.title = fmt::format("{}: error of {} held-out {}s", tuning.parameter, tuning.heldOut, tuning.unit);
    plot.x = {tuning.parameter, tuning.curve.front().value > 0};
    plot.y.title = "relative error of the prediction";
    plot.series.emplace_back().name = "held-out error";
    for (const auto& point : tuning.curve) plot.series.back().points.push_back({point.value, point.error});
    const double error = lowestError(tuning);
    plot.series.push_back(
        {fmt::format("flat: {:.4g} to {:.4g}", tuning.flatLow, tuning.flatHigh), {{tuning.flatLow, error}, {tuning.flatHigh, error}}});
    plot.mark = io::PlotMark{{{tuning.lowest, error}}, tuning.doubt.empty() ? fmt::format("lowest: {:.4g}", tuning.lowest) : "cannot tell"};
    return plot;
}

std::string tableOf(const Tuning& tuning) {
    std::string text = "value,error,standard_error,difference,difference_standard_error,flat\n";
    for (const auto& point : tuning.curve)
        text += fmt::format("{:.6g},{:.6g},{:.3g},{:.6g},{:.3g},{}\n", point.value, point.error, point.standardError, point.difference,
                            point.differenceError, tuning.isFlatAt(point.value) ? 1 : 0);
    return text;
}

}  // namespace

void writeTuning(const std::string& path, const Tuning& tuning) {
    if (tuning.curve.empty()) throw UsageError("There is no curve to write.", tuning.doubt);
    if (path.ends_with(".svg")) return io::saveSvg(path, plotOf(tuning));
    if (path.ends_with(".csv")) return io::writeTextFile(path, tableOf(tuning));
    throw UsageError(fmt::format("'{}' has no extension that a curve can be written with.", path), "Use .svg or .csv.");
}

}  // namespace larmor::session
