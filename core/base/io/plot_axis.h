#pragma once
#include <string>
#include <vector>

#include "core/base/export.h"

namespace larmor::io {

struct PlotAxis {
    std::string title;         ///< with its unit: "NRMSE", "time (s)"
    bool logarithmic = false;  ///< to the base 10
};

/// What an axis shows: its ends and where it is labelled, by value.
struct AxisTicks {
    double low = 0, high = 1;
    std::vector<double> ticks;
    bool logarithmic = false;
    /// Where a value lies between the ends: 0 at low, 1 at high.
    [[nodiscard]] LARMOR_BASE_EXPORT double place(double value) const;
};

/// Round values that span [smallest, largest]: linear ones are 1, 2 or 5 times a power of ten apart, three to eight of them; logarithmic
/// ones are powers of ten, with 2 and 5 times those between where there are at most two decades. Both end at ticks.
[[nodiscard]] LARMOR_BASE_EXPORT AxisTicks axisTicks(double smallest, double largest, bool logarithmic);

/// "0.3", "2000", "1e-05": as short as it can be.
[[nodiscard]] LARMOR_BASE_EXPORT std::string tickText(double value);
/// Of all ticks; those of a linear axis with equally many digits: "0.160", "0.162".
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::string> tickTexts(const AxisTicks& axis);

}  // namespace larmor::io
