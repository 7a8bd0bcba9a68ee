#include "core/base/param_spec.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace larmor {

namespace {

template <class Number>
std::optional<Number> parseNumber(const std::string& text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string wanted(const ParamSpec& spec) {
    switch (spec.type) {
        case ParamType::Real:
            return fmt::format("a number from {} to {}", spec.minimum, spec.maximum);
        case ParamType::Integer:
            return fmt::format("a whole number from {} to {}", spec.minimum, spec.maximum);
        case ParamType::Boolean:
            return "true or false";
        case ParamType::Choice:
            return fmt::format("one of {}", fmt::join(spec.choices, ", "));
        case ParamType::Schedule:
            return fmt::format("a number, or several with commas between, from {} to {}", spec.minimum, spec.maximum);
    }
    return {};
}

[[noreturn]] void refuse(const ParamSpec& spec, const std::string& found) {
    throw ParamError(spec.name, fmt::format("expected {}, found {}.", wanted(spec), found),
                     spec.unit.empty() ? std::string{} : fmt::format("The unit is {}.", spec.unit));
}

std::string valueText(const ParamValue& value) {
    struct Visitor {
        std::string operator()(double v) const { return fmt::format("{}", v); }
        std::string operator()(std::int64_t v) const { return std::to_string(v); }
        std::string operator()(bool v) const { return v ? "true" : "false"; }
        std::string operator()(const std::string& v) const { return v; }
    };
    return std::visit(Visitor{}, value);
}

bool inRange(const ParamSpec& spec, double value) {
    return value >= spec.minimum && value <= spec.maximum;
}

/// The numbers of "2.1,2.1,1"; none where one does not parse.
std::vector<double> parseNumbers(const std::string& text) {
    std::vector<double> numbers;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto number = parseNumber<double>(text.substr(begin, end - begin));
        if (!number) return {};
        numbers.push_back(*number);
        begin = end + 1;
    }
    return numbers;
}

bool isSchedule(const ParamSpec& spec, const ParamValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return false;
    const auto numbers = parseNumbers(*text);
    return !numbers.empty() && std::all_of(numbers.begin(), numbers.end(), [&](double number) { return inRange(spec, number); });
}

ParamValue checked(const ParamSpec& spec, ParamValue value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value); whole && spec.type == ParamType::Real) value = static_cast<double>(*whole);
    if (spec.type == ParamType::Schedule && !std::holds_alternative<std::string>(value) && !std::holds_alternative<bool>(value))
        value = valueText(value);
    bool good = false;
    switch (spec.type) {
        case ParamType::Real:
            good = std::holds_alternative<double>(value) && inRange(spec, std::get<double>(value));
            break;
        case ParamType::Integer:
            good = std::holds_alternative<std::int64_t>(value) && inRange(spec, static_cast<double>(std::get<std::int64_t>(value)));
            break;
        case ParamType::Boolean:
            good = std::holds_alternative<bool>(value);
            break;
        case ParamType::Choice:
            good = std::holds_alternative<std::string>(value) &&
                   std::find(spec.choices.begin(), spec.choices.end(), std::get<std::string>(value)) != spec.choices.end();
            break;
        case ParamType::Schedule:
            good = isSchedule(spec, value);
            break;
    }
    if (!good) refuse(spec, "'" + valueText(value) + "'");
    return value;
}

std::optional<bool> parseBoolean(const std::string& text) {
    for (const char* word : {"true", "yes", "on", "1"})
        if (text == word) return true;
    for (const char* word : {"false", "no", "off", "0"})
        if (text == word) return false;
    return std::nullopt;
}

template <class T>
ParamValue orRefuse(const ParamSpec& spec, const std::string& text, std::optional<T> parsed) {
    if (!parsed) refuse(spec, "'" + text + "'");
    return *parsed;
}

ParamValue parse(const ParamSpec& spec, const std::string& text) {
    switch (spec.type) {
        case ParamType::Real:
            return orRefuse(spec, text, parseNumber<double>(text));
        case ParamType::Integer:
            return orRefuse(spec, text, parseNumber<std::int64_t>(text));
        case ParamType::Boolean:
            return orRefuse(spec, text, parseBoolean(text));
        case ParamType::Choice:
        case ParamType::Schedule:
            break;
    }
    return text;
}

ParamValue valueFromJson(const ParamSpec& spec, const nlohmann::json& json) {
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_integer()) return json.get<std::int64_t>();
    if (json.is_number()) return json.get<double>();
    if (json.is_string()) return json.get<std::string>();
    refuse(spec, json.dump());
}

std::vector<std::string> namesOf(const ParamList& specs) {
    std::vector<std::string> names;
    for (const auto& spec : specs) names.push_back(spec.name);
    return names;
}

}  // namespace

ParamValues::ParamValues(ParamList specs) : m_specs(std::move(specs)) {
    for (const auto& spec : m_specs) m_values[spec.name] = checked(spec, spec.initial);
}

const ParamSpec& ParamValues::spec(const std::string& name) const {
    const auto found = std::find_if(m_specs.begin(), m_specs.end(), [&](const auto& s) { return s.name == name; });
    if (found != m_specs.end()) return *found;
    throw ParamError(name, "there is no such parameter.",
                     m_specs.empty() ? std::string("There are no parameters to set.")
                                     : fmt::format("There are: {}.", fmt::join(namesOf(m_specs), ", ")));
}

void ParamValues::setFromText(const std::string& name, const std::string& text) {
    set(name, parse(spec(name), text));
}
void ParamValues::set(const std::string& name, ParamValue value) {
    m_values[name] = checked(spec(name), std::move(value));
}

const ParamValue& ParamValues::value(const std::string& name) const {
    const auto found = m_values.find(name);
    if (found == m_values.end()) throw ParamError(name, "there is no such parameter.");
    return found->second;
}

namespace {
template <class T>
const T& valueAs(const ParamValues& values, const std::string& name, const char* type) {
    const auto* found = std::get_if<T>(&values.value(name));
    if (!found) throw ParamError(name, fmt::format("it was asked for as {}, which it is not.", type));
    return *found;
}
}  // namespace

double ParamValues::real(const std::string& name) const {
    return valueAs<double>(*this, name, "a number");
}
std::int64_t ParamValues::integer(const std::string& name) const {
    return valueAs<std::int64_t>(*this, name, "a whole number");
}
bool ParamValues::boolean(const std::string& name) const {
    return valueAs<bool>(*this, name, "true or false");
}
const std::string& ParamValues::choice(const std::string& name) const {
    return valueAs<std::string>(*this, name, "a choice");
}
std::vector<double> ParamValues::schedule(const std::string& name) const {
    return parseNumbers(valueAs<std::string>(*this, name, "a schedule"));
}
std::string ParamValues::text(const std::string& name) const {
    return valueText(value(name));
}

nlohmann::json ParamValues::toJson() const {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [name, value] : m_values) std::visit([&, &key = name](const auto& v) { json[key] = v; }, value);
    return json;
}

ParamValues ParamValues::fromJson(const ParamList& specs, const nlohmann::json& values) {
    ParamValues result(specs);
    if (values.is_null()) return result;
    if (!values.is_object()) throw ParamError("", "parameters are stored as a JSON object, found " + std::string(values.type_name()) + ".");
    for (const auto& [name, value] : values.items()) result.set(name, valueFromJson(result.spec(name), value));
    return result;
}

std::pair<std::string, std::string> splitAssignment(const std::string& text) {
    const auto at = text.find('=');
    if (at == std::string::npos || at == 0)
        throw UsageError(fmt::format("'{}' is not of the form name=value.", text), "For example: iterations=50.");
    return {text.substr(0, at), text.substr(at + 1)};
}

namespace {
std::string rangeText(const ParamSpec& spec) {
    switch (spec.type) {
        case ParamType::Boolean:
            return "true|false";
        case ParamType::Choice:
            return fmt::format("{}", fmt::join(spec.choices, "|"));
        default:
            return fmt::format("{} {}..{}", toText(spec.type), spec.minimum, spec.maximum);
    }
}
}  // namespace

std::string toText(ParamType type) {
    switch (type) {
        case ParamType::Real:
            return "real";
        case ParamType::Integer:
            return "integer";
        case ParamType::Boolean:
            return "boolean";
        case ParamType::Choice:
            return "choice";
        case ParamType::Schedule:
            return "schedule";
    }
    return {};
}

std::string describe(const ParamList& specs) {
    std::size_t nameWidth = 0, rangeWidth = 0;
    std::vector<std::string> ranges;
    for (const auto& spec : specs) {
        std::string range = fmt::format("{}, default {}", rangeText(spec), valueText(spec.initial));
        nameWidth = std::max(nameWidth, spec.name.size());
        rangeWidth = std::max(rangeWidth, range.size());
        ranges.push_back(std::move(range));
    }
    std::string text;
    for (std::size_t i = 0; i < specs.size(); ++i)
        text += fmt::format("  {:<{}}  {:<{}}  {}{}\n", specs[i].name, nameWidth, ranges[i], rangeWidth, specs[i].doc,
                            specs[i].unit.empty() ? "" : fmt::format(" ({})", specs[i].unit));
    return text;
}

}  // namespace larmor
