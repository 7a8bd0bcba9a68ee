#include "core/session/sweep_plot.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace larmor::session {

namespace {

constexpr double kWide = 5;  // from the smallest value to the largest: more than this is drawn on a logarithmic axis

/// A name, or of a file what tells it apart: its folder where many weights are called alike.
std::string shortName(const std::string& prior) {
    const std::filesystem::path path(prior);
    if (!path.has_parent_path()) return prior;
    const auto folder = path.parent_path().filename().string();
    return path.stem() == "prior" && !folder.empty() ? folder : path.stem().string();
}

std::string whoOf(const std::string& method, const std::string& prior) { return prior.empty() ? method : method + ", " + shortName(prior); }

/// Points that lie at the same x become their mean.
class Lines {
public:
    void add(const std::string& line, double x, double y) {
        if (!m_points.contains(line)) m_order.push_back(line);
        auto& [sum, count] = m_points[line][x];
        sum += y;
        ++count;
    }
    [[nodiscard]] std::vector<io::PlotSeries> series() const {
        std::vector<io::PlotSeries> all;
        for (const auto& line : m_order) {
            io::PlotSeries one{line, {}};
            for (const auto& [x, sum] : m_points.at(line)) one.points.push_back({x, sum.first / sum.second});
            all.push_back(std::move(one));
        }
        return all;
    }

private:
    std::vector<std::string> m_order;
    std::map<std::string, std::map<double, std::pair<double, int>>> m_points;
};

Lines linesByR(const std::vector<SweepCell>& cells, bool region) {
    Lines lines;
    for (const auto& best : bestOf(cells))
        lines.add(whoOf(best.method, best.prior), nominalR(best.mask, best.acceleration), region ? best.object.nrmse : best.whole.nrmse);
    return lines;
}

Lines linesByParameter(const std::vector<SweepCell>& cells, const std::string& parameter, bool region) {
    Lines lines;
    for (const auto& cell : cells) {
        const auto value = cell.varied.find(parameter);
        if (!cell.failure.empty() || value == cell.varied.end()) continue;
        auto others = cell.varied;
        others.erase(parameter);
        const auto number = value->is_number() ? value->get<double>() : std::strtod(value->get<std::string>().c_str(), nullptr);
        lines.add(fmt::format("{}, R {:g}{}{}", whoOf(cell.method, cell.prior), nominalR(cell.mask, cell.acceleration), others.empty() ? "" : ", ", variedText(others)), number,
                  region ? cell.object.nrmse : cell.whole.nrmse);
    }
    return lines;
}

bool isWide(const std::vector<io::PlotSeries>& series) {
    double smallest = series.front().points.front()[0], largest = smallest;
    for (const auto& line : series)
        for (const auto& [x, y] : line.points) {
            smallest = std::min(smallest, x);
            largest = std::max(largest, x);
        }
    return smallest > 0 && largest / smallest > kWide;
}

io::PlotMark lowestOf(const std::vector<io::PlotSeries>& series) {
    io::PlotMark mark{{}, "lowest"};
    for (const auto& line : series)
        if (line.points.size() > 1)
            mark.points.push_back(*std::min_element(line.points.begin(), line.points.end(), [](const auto& a, const auto& b) { return a[1] < b[1]; }));
    return mark;
}

std::string scansText(const std::vector<SweepCell>& cells) {
    std::set<std::string> contrasts;
    std::set<std::pair<std::string, std::int64_t>> images;
    for (const auto& cell : cells) {
        if (!cell.contrast.empty()) contrasts.insert(cell.contrast);
        images.insert({cell.scan, cell.slice});
    }
    return fmt::format("{}{}{} image{}", fmt::join(contrasts, ", "), contrasts.empty() ? "" : ": ", images.size(), images.size() == 1 ? "" : "s");
}

}  // namespace

io::LinePlot sweepPlot(const std::vector<SweepCell>& cells, const std::string& x, bool region) {
    const bool byR = x == kPlotByR;
    io::LinePlot plot;
    plot.series = (byR ? linesByR(cells, region) : linesByParameter(cells, x, region)).series();
    if (plot.series.empty())
        throw UsageError(fmt::format("The table holds no cell that can be drawn against '{}'.", x), "Name R, or a parameter that the sweep varied.");
    plot.title = scansText(cells);
    plot.x = {byR ? "acceleration R" : x, !byR && isWide(plot.series)};
    plot.y = {region ? "mean NRMSE over the object" : "mean NRMSE"};
    if (!byR) plot.mark = lowestOf(plot.series);
    return plot;
}

}  // namespace larmor::session
