// larmor-cli plot: tables of 'larmor-cli sweep' as one line plot.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/verb.h"
#include "core/session/sweep_plot.h"

namespace larmor::cli {

namespace {

struct Options {
    std::vector<std::string> tables, names;
    std::string x = session::kPlotByR, output, title, region = "image", guide;
    bool asJson = false;
};

/// "1=paper" -> a line at 1 with that label.
io::PlotGuide guideFrom(const std::string& text) {
    const auto [place, label] = splitAssignment(text);
    std::size_t used = 0;
    try {
        const double x = std::stod(place, &used);
        if (used == place.size()) return {x, label};
    } catch (const std::exception&) {  // told below
    }
    throw UsageError(fmt::format("'{}' is no place on the x axis.", place), "Write --guide 1=LABEL.");
}

void run(const Options& options) {
    checkOutput(options.output, options.tables.front(), {".svg"});
    std::vector<session::SweepCell> cells;
    for (const auto& table : options.tables) {
        auto read = session::readSweep(table).cells;
        cells.insert(cells.end(), read.begin(), read.end());
    }
    auto plot = session::sweepPlot(cells, options.x, options.region == "object");
    if (!options.title.empty()) plot.title = options.title;
    if (!options.guide.empty()) plot.guide = guideFrom(options.guide);
    if (!options.names.empty() && options.names.size() != plot.series.size())
        throw UsageError(fmt::format("{} names are given, the plot has {} lines.", options.names.size(), plot.series.size()), "Give one --name for each, in their order.");
    for (std::size_t i = 0; i < options.names.size(); ++i) plot.series[i].name = options.names[i];
    io::saveSvg(options.output, plot);
    if (!options.asJson) return;
    nlohmann::json series = nlohmann::json::array();
    for (const auto& line : plot.series) series.push_back({{"name", line.name}, {"points", line.points}});
    printJson({{"output", options.output}, {"series", series}});
}

}  // namespace

Verb addPlot(CLI::App& app) {
    auto* command = app.add_subcommand("plot", "Draws tables of sweeps");
    const auto options = std::make_shared<Options>();
    command->add_option("TABLES", options->tables, "Tables of 'larmor-cli sweep', .json")->required();
    command->add_option("--x", options->x, "R, or a parameter that was varied")->capture_default_str();
    command->add_option("--region", options->region, "image or object: the pixels that the NRMSE is taken over")->capture_default_str()->check(CLI::IsMember({"image", "object"}));
    command->add_option("--name", options->names, "Name of a line, in their order; repeatable")->take_all()->type_size(1)->allow_extra_args(false);
    command->add_option("--guide", options->guide, "An upright line, X=LABEL");
    command->add_option("--title", options->title, "Heading");
    command->add_option("-o,--output", options->output, "plot.svg");
    command->add_flag("--json", options->asJson, "The points as one JSON document on standard output");
    command->footer("Example:\n  larmor-cli plot tuned.json --x zeta --guide '1=ζ 1' -o zeta.svg\n");
    return {command, [options](const Context&) { run(*options); }};
}

}  // namespace larmor::cli
