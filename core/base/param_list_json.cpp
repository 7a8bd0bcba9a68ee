// A ParamList from a plugin's sidecar.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/param_spec.h"

namespace larmor {

namespace {
using nlohmann::json;

constexpr std::array kFields{"name", "label", "type", "default", "min", "max", "step", "logarithmic", "choices", "unit", "doc", "advanced"};

[[noreturn]] void refuse(const std::string& entry, const std::string& reason) {
    throw PluginError(fmt::format("Parameter {} of the sidecar: {}", entry, reason));
}

ParamType typeFromText(const std::string& entry, const std::string& text) {
    if (text == "real") return ParamType::Real;
    if (text == "integer") return ParamType::Integer;
    if (text == "boolean") return ParamType::Boolean;
    if (text == "choice") return ParamType::Choice;
    if (text == "schedule") return ParamType::Schedule;
    refuse(entry, fmt::format("'{}' is no type; there are real, integer, boolean, choice and schedule.", text));
}

template <class T>
T field(const json& spec, const std::string& entry, const char* name) {
    if (!spec.contains(name)) refuse(entry, fmt::format("'{}' is missing.", name));
    try {
        return spec.at(name).get<T>();
    } catch (const json::exception&) {
        refuse(entry, fmt::format("'{}' is {}.", name, spec.at(name).dump()));
    }
}

template <class T>
T field(const json& spec, const std::string& entry, const char* name, T otherwise) {
    return spec.contains(name) ? field<T>(spec, entry, name) : otherwise;
}

ParamValue initialValue(const json& spec, const std::string& entry, ParamType type) {
    const json value = field<json>(spec, entry, "default");
    if (type == ParamType::Real && value.is_number()) return value.get<double>();
    if (type == ParamType::Integer && value.is_number_integer()) return value.get<std::int64_t>();
    if (type == ParamType::Boolean && value.is_boolean()) return value.get<bool>();
    if ((type == ParamType::Choice || type == ParamType::Schedule) && value.is_string()) return value.get<std::string>();
    if (type == ParamType::Schedule && value.is_number()) return fmt::format("{}", value.get<double>());
    refuse(entry, fmt::format("the default {} is not of its type.", value.dump()));
}

void checkFieldNames(const json& spec, const std::string& entry) {
    for (const auto& [key, value] : spec.items())
        if (std::find_if(kFields.begin(), kFields.end(), [&k = key](const char* known) { return k == known; }) == kFields.end())
            refuse(entry, fmt::format("'{}' is not known; there are {}.", key, fmt::join(kFields, ", ")));
}

ParamSpec specFromJson(const json& source, std::size_t position) {
    std::string entry = std::to_string(position + 1);
    if (!source.is_object()) refuse(entry, "it is not an object.");
    ParamSpec spec;
    spec.name = field<std::string>(source, entry, "name");
    entry = "'" + spec.name + "'";
    checkFieldNames(source, entry);
    spec.label = field<std::string>(source, entry, "label", spec.name);
    spec.type = typeFromText(entry, field<std::string>(source, entry, "type"));
    spec.initial = initialValue(source, entry, spec.type);
    if (spec.type == ParamType::Real || spec.type == ParamType::Integer || spec.type == ParamType::Schedule) {
        spec.minimum = field<double>(source, entry, "min");
        spec.maximum = field<double>(source, entry, "max");
    }
    spec.step = field<double>(source, entry, "step", 0.0);
    spec.logarithmic = field<bool>(source, entry, "logarithmic", false);
    if (spec.type == ParamType::Choice) spec.choices = field<std::vector<std::string>>(source, entry, "choices");
    spec.unit = field<std::string>(source, entry, "unit", "");
    spec.doc = field<std::string>(source, entry, "doc");
    spec.advanced = field<bool>(source, entry, "advanced", false);
    return spec;
}
}  // namespace

ParamList paramListFromJson(const json& specs) {
    if (!specs.is_array()) throw PluginError("The parameters of the sidecar are not an array.");
    ParamList list;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        ParamSpec spec = specFromJson(specs[i], i);
        for (const auto& other : list)
            if (other.name == spec.name) refuse("'" + spec.name + "'", "there are two of that name.");
        list.push_back(std::move(spec));
    }
    try {
        const ParamValues initialValuesFit(list);
    } catch (const ParamError& error) {
        refuse("'" + error.parameter() + "'", fmt::format("its default does not fit. {}", error.what()));
    }
    return list;
}

}  // namespace larmor
