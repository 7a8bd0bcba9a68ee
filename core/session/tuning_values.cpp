// Which values of a parameter are tried, and how they are set.

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/tuning_curve.h"

namespace larmor::session {

namespace {

constexpr std::size_t kCount = 7;
constexpr double kSpan = 10;  // around an initial value

struct Grid {
    const char* method;
    const char* parameter;
    std::array<double, kCount> values;
    bool multiples = false;      ///< of the value that the parameter has otherwise
    bool leans = false;          ///< leansOnCurrent()
};
constexpr std::array<Grid, 7> kGrids{{{"dps", "zeta", {0.5, 0.7, 1, 1.5, 2, 3, 5}, true, true},
                                      {"pnp", "lambda", {0.06, 0.12, 0.25, 0.5, 1, 2, 4}},
                                      {"l1-wavelet", "lambda", {0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032}},
                                      {"tv", "lambda", {0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032}},
                                      {"cg-sense", "lambda", {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1}},
                                      {"dds", "gamma", {0.3, 1, 3, 10, 30, 100, 300}},
                                      {"diffpir", "lambda", {0.5, 1, 2, 5, 10, 20, 50}}}};

const Grid* gridOf(const std::string& method, const std::string& parameter) {
    const auto found = std::find_if(kGrids.begin(), kGrids.end(),
                                    [&](const Grid& grid) { return method == grid.method && parameter == grid.parameter; });
    return found != kGrids.end() ? found : nullptr;
}

std::vector<double> valuesOf(const Grid& grid, const ParamSpec& spec, double current) {
    std::vector<double> values(grid.values.begin(), grid.values.end());
    if (grid.multiples)
        for (double& value : values) value = std::clamp(std::stod(fmt::format("{:.3g}", value * current)), spec.minimum, spec.maximum);
    return values;
}

const ParamSpec& specOf(const ParamList& specs, const std::string& method, const std::string& parameter) {
    std::vector<std::string> names;
    for (const auto& spec : specs) {
        const bool number = spec.type == ParamType::Real || spec.type == ParamType::Integer || spec.type == ParamType::Schedule;
        if (spec.name == parameter && !number)
            throw ParamError(parameter, fmt::format("it is no number but of the type {}: it cannot be tuned", toText(spec.type)));
        if (spec.name == parameter) return spec;
        if (number) names.push_back(spec.name);
    }
    throw ParamError(parameter, fmt::format("the method '{}' has no such parameter.", method),
                     fmt::format("It has: {}.", fmt::join(names, ", ")));
}

std::vector<double> gridAround(const ParamSpec& spec, double initial) {
    const bool around = initial > 0;
    const double high = around ? std::min(spec.maximum, initial * kSpan) : spec.maximum;
    const double low = around ? std::max(spec.minimum, initial / kSpan) : std::max(spec.minimum, high / (kSpan * kSpan));
    if (!(low > 0 && high > low))
        throw ParamError(spec.name, "its range has no positive values to try", fmt::format("Name values: {}=1/2/4.", spec.name));
    std::vector<double> values;
    for (std::size_t i = 0; i < kCount; ++i) {
        const double value = low * std::pow(high / low, static_cast<double>(i) / (kCount - 1));
        values.push_back(spec.type == ParamType::Integer ? std::round(value)
                                                         : std::clamp(std::stod(fmt::format("{:.2g}", value)), low, high));
    }
    return values;
}

}  // namespace

void setNumber(ParamValues& values, const std::string& parameter, double value) {
    if (std::holds_alternative<std::int64_t>(values.value(parameter)))
        values.set(parameter, static_cast<std::int64_t>(std::llround(value)));
    else
        values.set(parameter, value);
}

double numberOf(const ParamValues& values, const std::string& parameter) {
    const auto& value = values.value(parameter);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    const auto schedule = values.schedule(parameter);
    double sum = 0;
    for (const double number : schedule) sum += number;
    return sum / static_cast<double>(schedule.size());
}

std::vector<double> tuningValues(const std::string& method, const ParamList& specs, const std::string& parameter,
                                 const std::vector<std::string>& texts, const ParamValues* current) {
    const auto& spec = specOf(specs, method, parameter);
    ParamValues checked(specs);
    std::vector<double> values;
    for (const auto& text : texts) {
        checked.setFromText(parameter, text);
        if (spec.type == ParamType::Schedule && checked.schedule(parameter).size() != 1)
            throw ParamError(parameter, fmt::format("'{}' is a schedule: single values are tuned", text));
        values.push_back(numberOf(checked, parameter));
    }
    if (texts.empty()) {
        const auto* known = gridOf(method, parameter);
        values = known ? valuesOf(*known, spec, numberOf(current ? *current : checked, parameter)) : gridAround(spec, numberOf(checked, parameter));
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (values.size() < 3)
        throw ParamError(parameter, fmt::format("{} values are too few for a curve", values.size()), "Name at least three: 0.5/1/2.");
    return values;
}

bool leansOnCurrent(const std::string& method, const std::string& parameter) {
    const auto* grid = gridOf(method, parameter);
    return grid && grid->leans;
}

double leaning(const Tuning& tuning, double current) {
    constexpr double kErrors = 2;
    if (!(current > 0)) return current;
    double nearest = tuning.lowest;
    for (const auto& point : tuning.curve) {
        const bool fits = point.value > 0 && point.difference <= kErrors * point.differenceError;
        if (fits && std::abs(std::log(point.value / current)) < std::abs(std::log(nearest / current))) nearest = point.value;
    }
    return std::stod(fmt::format("{:.3g}", std::sqrt(nearest * tuning.lowest)));
}

bool leaned(const Tuning& tuning) {
    constexpr double kRounding = 0.05;  // whole numbers and three figures are no leaning
    return tuning.doubt.empty() && tuning.value > 0 && tuning.lowest > 0 && std::abs(std::log(tuning.value / tuning.lowest)) > kRounding;
}

std::vector<std::string> usuallyTuned(const std::string& method) {
    std::vector<std::string> names;
    for (const auto& grid : kGrids)
        if (method == grid.method) names.emplace_back(grid.parameter);
    return names;
}

std::optional<double> valueBeyond(const Tuning& tuning, const ParamList& specs) {
    constexpr double kRatio = 2;
    const auto& curve = tuning.curve;
    if (curve.size() < 3 || !(curve.front().value > 0)) return std::nullopt;
    const auto less = [](const TuningPoint& a, const TuningPoint& b) { return a.error < b.error; };
    const auto best = std::min_element(curve.begin(), curve.end(), less);
    const bool first = best == curve.begin(), last = best + 1 == curve.end();
    const bool flat = tuning.flatLow == curve.front().value && tuning.flatHigh == curve.back().value;
    if ((!first && !last) || flat || best->error >= 1) return std::nullopt;
    const double apart = first ? (best + 1)->value / best->value : best->value / (best - 1)->value;
    const double ratio = std::max(kRatio, apart), value = first ? best->value / ratio : best->value * ratio;
    const auto spec = std::find_if(specs.begin(), specs.end(), [&](const ParamSpec& s) { return s.name == tuning.parameter; });
    const double number = spec->type == ParamType::Integer ? std::round(value) : std::stod(fmt::format("{:.3g}", value));
    const bool fits = number > 0 && number >= spec->minimum && number <= spec->maximum && number != best->value;
    return fits ? std::optional(number) : std::nullopt;
}

}  // namespace larmor::session
