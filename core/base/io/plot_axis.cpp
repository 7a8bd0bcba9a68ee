#include "core/base/io/plot_axis.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

namespace larmor::io {

namespace {

constexpr double kIntervals = 6;  // at most, and one more where the ends are no ticks
constexpr double kSlack = 1e-9;   // of a step: 0.3 / 0.1 is not quite 3
constexpr int kMostDecades = 8;
constexpr double kLargestWhole = 1e7;

/// The nearest number of 12 digits: 3 x 0.1 becomes 0.3.
double rounded(double value) {
    return std::stod(fmt::format("{:.12g}", value));
}

/// 1, 2 or 5 times a power of ten, at least span / kIntervals.
double stepOf(double span) {
    const double rough = span / kIntervals;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double part = rough / power;
    return power * (part <= 1 + kSlack ? 1 : part <= 2 + kSlack ? 2 : part <= 5 + kSlack ? 5 : 10);
}

AxisTicks linearTicks(double smallest, double largest) {
    if (smallest == largest) {
        const double margin = smallest == 0 ? 1 : 0.1 * std::abs(smallest);
        smallest -= margin;
        largest += margin;
    }
    const double step = stepOf(largest - smallest);
    AxisTicks axis;
    const double last = std::ceil(largest / step - kSlack);
    for (double i = std::floor(smallest / step + kSlack); i <= last; ++i) axis.ticks.push_back(rounded(i * step));
    axis.low = axis.ticks.front();
    axis.high = axis.ticks.back();
    return axis;
}

/// The largest of the values at or below `value`, counted as decade x 3 + 0, 1, 2 for 1, 2 and 5 times the power of ten.
int stepBelow(double value) {
    const double exponent = std::floor(std::log10(value) + kSlack);
    const double part = value / std::pow(10.0, exponent);
    return 3 * static_cast<int>(exponent) + (part >= 5 * (1 - kSlack) ? 2 : part >= 2 * (1 - kSlack) ? 1 : 0);
}

double valueOfStep(int step) {
    const int decade = static_cast<int>(std::floor(step / 3.0));
    constexpr double kParts[] = {1, 2, 5};
    return rounded(kParts[step - 3 * decade] * std::pow(10.0, decade));
}

AxisTicks logarithmicTicks(double smallest, double largest) {
    int first = stepBelow(smallest), last = stepBelow(largest);
    if (valueOfStep(last) < largest * (1 - kSlack)) ++last;
    if (first == last) {
        --first;
        ++last;
    }
    int every = 1;
    if (last - first > 6) {
        first = 3 * static_cast<int>(std::floor(first / 3.0));
        last = 3 * static_cast<int>(std::ceil(last / 3.0));
        every = 3 * ((last - first) / 3 / kMostDecades + 1);
        last = first + (last - first + every - 1) / every * every;
    }
    AxisTicks axis{valueOfStep(first), valueOfStep(last), {}, true};
    for (int step = first; step <= last; step += every) axis.ticks.push_back(valueOfStep(step));
    return axis;
}

}  // namespace

double AxisTicks::place(double value) const {
    return logarithmic ? std::log10(value / low) / std::log10(high / low) : (value - low) / (high - low);
}

AxisTicks axisTicks(double smallest, double largest, bool logarithmic) {
    return logarithmic ? logarithmicTicks(smallest, largest) : linearTicks(smallest, largest);
}

std::string tickText(double value) {
    if (value == std::round(value) && std::abs(value) < kLargestWhole) return fmt::format("{:.0f}", value == 0 ? 0.0 : value);
    return fmt::format("{:g}", value);
}

std::vector<std::string> tickTexts(const AxisTicks& axis) {
    std::vector<std::string> texts;
    std::size_t digits = 0;
    bool isPlain = !axis.logarithmic;
    for (const double tick : axis.ticks) {
        texts.push_back(tickText(tick));
        const auto point = texts.back().find('.');
        if (point != std::string::npos) digits = std::max(digits, texts.back().size() - point - 1);
        isPlain = isPlain && texts.back().find('e') == std::string::npos;
    }
    if (isPlain)
        for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = fmt::format("{:.{}f}", axis.ticks[i] == 0 ? 0.0 : axis.ticks[i], digits);
    return texts;
}

}  // namespace larmor::io
