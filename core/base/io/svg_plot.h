#pragma once
// Line plots as SVG: text that any browser shows and any editor changes. Colours of Okabe and Ito, which most colour-blind people tell
// apart; every series also has a marker of its own.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/base/export.h"
#include "core/base/io/plot_axis.h"

namespace larmor::io {

struct PlotSeries {
    std::string name;                           ///< in the legend
    std::vector<std::array<double, 2>> points;  ///< {x, y}, joined in this order
};

struct PlotMark {
    std::vector<std::array<double, 2>> points;
    std::string label;  ///< in the legend: "chosen: 500 images at 1e-05"
};

struct PlotGuide {
    double x = 0;
    std::string label;  ///< beside it, at the top
};

struct LinePlot {
    std::string title;
    PlotAxis x, y;
    std::vector<PlotSeries> series;
    std::optional<PlotMark> mark;    ///< ringed
    std::optional<PlotGuide> guide;  ///< a dashed upright line
};

/// Text between tags or in an attribute.
[[nodiscard]] LARMOR_BASE_EXPORT std::string svgEscaped(const std::string& text);
/// @throws InputError naming the series for a point that is not finite or, on a logarithmic axis, not above 0; for a plot without points
[[nodiscard]] LARMOR_BASE_EXPORT std::string svgText(const LinePlot& plot);
/// Whole or not at all. @throws as svgText; IoError
LARMOR_BASE_EXPORT void saveSvg(const std::string& path, const LinePlot& plot);

}  // namespace larmor::io
