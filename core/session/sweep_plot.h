#pragma once
// A sweep's table as a line plot.

#include <string>
#include <vector>

#include "core/base/io/svg_plot.h"
#include "core/session/sweep.h"

namespace larmor::session {

/// What stands for the acceleration on the x axis.
inline constexpr const char* kPlotByR = "R";

/// Mean NRMSE of the cells against R, a line for each method and prior at its best values; or against a parameter that was varied, a line
/// for each method, prior, R and set of the other values, with the lowest point of each ringed. Cells that failed are left out.
/// @param x  kPlotByR or the parameter's name @param region  false: over the whole image; true: over the object alone
/// @throws UsageError if no cell varies the parameter
[[nodiscard]] io::LinePlot sweepPlot(const std::vector<SweepCell>& cells, const std::string& x, bool region);

}  // namespace larmor::session
