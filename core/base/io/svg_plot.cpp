#include "core/base/io/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.h"
#include "core/base/io/text_file.h"

namespace larmor::io {

namespace {

// Okabe and Ito's, without the yellow that white swallows.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};
constexpr std::size_t kColourCount = std::size(kColours);
constexpr double kWidth = 480, kHeight = 320;  // of the field inside the axes
constexpr double kLetter = 7.5;                // widest mean of a letter at the size below; text that is estimated too wide is never cut
constexpr double kLabelGap = 12;               // a ring around a point on the axis leaves the label free
constexpr double kTop = 70, kBottom = 58, kGap = 14, kLine = 20;

struct Layout {
    AxisTicks x, y;
    double left = 0, width = 0, height = 0;
    [[nodiscard]] double across(double value) const { return left + kWidth * x.place(value); }
    [[nodiscard]] double down(double value) const { return kTop + kHeight * (1 - y.place(value)); }
};

double widthOf(const std::string& text) {
    // Bytes that continue a letter of UTF-8 take no room.
    return kLetter * static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

AxisTicks ticksOf(const LinePlot& plot, std::size_t part) {
    const auto& axis = part == 0 ? plot.x : plot.y;
    double smallest = std::numeric_limits<double>::infinity(), largest = -smallest;
    const auto take = [&](double value, const std::string& name) {
        if (!std::isfinite(value) || (axis.logarithmic && !(value > 0)))
            throw InputError(fmt::format("The point {} of '{}' cannot be drawn.", value, name), "Leave it out, or use a linear axis.");
        smallest = std::min(smallest, value);
        largest = std::max(largest, value);
    };
    for (const auto& series : plot.series)
        for (const auto& point : series.points) take(point[part], series.name);
    if (plot.mark)
        for (const auto& point : plot.mark->points) take(point[part], plot.mark->label);
    if (plot.guide && part == 0) take(plot.guide->x, plot.guide->label);
    if (smallest > largest) throw InputError("There is nothing to draw.");
    return axisTicks(smallest, largest, axis.logarithmic);
}

Layout layoutOf(const LinePlot& plot) {
    Layout layout{ticksOf(plot, 0), ticksOf(plot, 1)};
    double labels = 0, legend = 0;
    for (const auto& text : tickTexts(layout.y)) labels = std::max(labels, widthOf(text));
    for (const auto& series : plot.series) legend = std::max(legend, widthOf(series.name));
    if (plot.mark) legend = std::max(legend, widthOf(plot.mark->label));
    layout.left = std::max(kGap + kLabelGap + labels, kGap + (widthOf(plot.x.title) - kWidth) / 2);
    const double rows = static_cast<double>(plot.series.size() + (plot.mark ? 1 : 0));
    layout.width = std::max({layout.left + kWidth + kGap + 42 + legend, 2 * kGap + 1.3 * widthOf(plot.title),
                             2 * kGap + widthOf(plot.y.title), layout.left + (kWidth + widthOf(plot.x.title)) / 2 + kGap});
    layout.height = std::max(kTop + kHeight + kBottom, kTop + rows * kLine + kGap);
    return layout;
}

std::string textAt(double x, double y, const char* anchor, const std::string& text, const std::string& more = {}) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more, svgEscaped(text));
}

std::string lineOf(double x1, double y1, double x2, double y2, const char* colour) {
    return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1, y1, x2, y2, colour);
}

/// One of seven shapes around a point.
std::string markerAt(double x, double y, std::size_t series) {
    const auto* colour = kColours[series % kColourCount];
    const auto polygon = [&](std::initializer_list<std::array<double, 2>> corners) {
        std::vector<std::string> points;
        for (const auto& [dx, dy] : corners) points.push_back(fmt::format("{:.1f},{:.1f}", x + dx, y + dy));
        return fmt::format("<polygon points=\"{}\" fill=\"{}\"/>\n", fmt::join(points, " "), colour);
    };
    switch (series % kColourCount) {
        case 0:
            return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\"/>\n", x, y, colour);
        case 1:
            return polygon({{-3.6, -3.6}, {3.6, -3.6}, {3.6, 3.6}, {-3.6, 3.6}});
        case 2:
            return polygon({{0, -4.8}, {4.6, 3.4}, {-4.6, 3.4}});
        case 3:
            return polygon({{0, -5}, {5, 0}, {0, 5}, {-5, 0}});
        case 4:
            return polygon({{0, 4.8}, {4.6, -3.4}, {-4.6, -3.4}});
        case 5:
            return polygon({{-4.6, 0}, {-2.3, -4}, {2.3, -4}, {4.6, 0}, {2.3, 4}, {-2.3, 4}});
        default:
            return polygon({{-5, -2}, {5, -2}, {5, 2}, {-5, 2}});
    }
}

std::string ringAt(double x, double y) {
    return fmt::format(
        "<circle class=\"mark\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"8.5\" fill=\"none\" stroke=\"#000000\" stroke-width=\"2\"/>\n", x, y);
}

std::string axesOf(const LinePlot& plot, const Layout& layout) {
    const double bottom = kTop + kHeight, right = layout.left + kWidth;
    std::string svg;
    const auto xTexts = tickTexts(layout.x), yTexts = tickTexts(layout.y);
    for (std::size_t i = 0; i < yTexts.size(); ++i) {
        const double y = layout.down(layout.y.ticks[i]);
        svg += lineOf(layout.left, y, right, y, "#DDDDDD") + textAt(layout.left - kLabelGap, y + 4.5, "end", yTexts[i]);
    }
    for (std::size_t i = 0; i < xTexts.size(); ++i) {
        const double x = layout.across(layout.x.ticks[i]);
        svg += lineOf(x, bottom, x, bottom + 5, "#333333") + textAt(x, bottom + 20, "middle", xTexts[i]);
    }
    svg += lineOf(layout.left, bottom, right, bottom, "#333333") + lineOf(layout.left, kTop, layout.left, bottom, "#333333");
    svg += textAt(layout.left + kWidth / 2, bottom + 44, "middle", plot.x.title);
    svg += textAt(kGap, kTop - 16, "start", plot.y.title);
    return svg + textAt(kGap, 26, "start", plot.title, " font-size=\"17\" font-weight=\"bold\"");
}

/// Series beyond the seventh share a colour and are dashed.
std::string strokeOf(std::size_t series) {
    return fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}", kColours[series % kColourCount],
                       series >= kColourCount ? " stroke-dasharray=\"6 4\"" : "");
}

std::string seriesOf(const LinePlot& plot, const Layout& layout) {
    std::string svg;
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
        std::string points, markers;
        for (const auto& [x, y] : plot.series[i].points) {
            points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", layout.across(x), layout.down(y));
            markers += markerAt(layout.across(x), layout.down(y), i);
        }
        svg += fmt::format("<polyline points=\"{}\" {}/>\n", points, strokeOf(i)) + markers;
    }
    if (plot.mark)
        for (const auto& [x, y] : plot.mark->points) svg += ringAt(layout.across(x), layout.down(y));
    return svg;
}

std::string guideOf(const LinePlot& plot, const Layout& layout) {
    if (!plot.guide) return {};
    const double x = layout.across(plot.guide->x);
    return fmt::format("<path class=\"guide\" d=\"M{:.1f} {:.1f}v{:.1f}\" stroke=\"#333333\" stroke-dasharray=\"3 4\"/>\n", x, kTop, kHeight) +
           textAt(x + 5, kTop + 13, "start", plot.guide->label);
}

std::string legendOf(const LinePlot& plot, const Layout& layout) {
    const double x = layout.left + kWidth + kGap;
    double y = kTop + kLine / 2;
    std::string svg;
    for (std::size_t i = 0; i < plot.series.size(); ++i, y += kLine) {
        svg += fmt::format("<path d=\"M{:.1f} {:.1f}h28\" {}/>\n", x, y, strokeOf(i)) + markerAt(x + 14, y, i);
        svg += textAt(x + 36, y + 4.5, "start", plot.series[i].name);
    }
    if (plot.mark) svg += ringAt(x + 14, y) + textAt(x + 36, y + 4.5, "start", plot.mark->label);
    return svg;
}

}  // namespace

std::string svgEscaped(const std::string& text) {
    std::string result;
    for (const char c : text) switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20) result += c;  // XML knows no control characters
        }
    return result;
}

std::string svgText(const LinePlot& plot) {
    const auto layout = layoutOf(plot);
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
               "font-family=\"DejaVu Sans, Arial, sans-serif\" font-size=\"13\" fill=\"#222222\">\n<title>{2}</title>\n"
               "<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n",
               std::ceil(layout.width), std::ceil(layout.height), svgEscaped(plot.title)) +
           axesOf(plot, layout) + guideOf(plot, layout) + seriesOf(plot, layout) + legendOf(plot, layout) + "</svg>\n";
}

void saveSvg(const std::string& path, const LinePlot& plot) {
    writeTextFile(path, svgText(plot));
}

}  // namespace larmor::io
