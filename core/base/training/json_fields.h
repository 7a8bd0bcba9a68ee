#pragma once
// Settings from JSON that a person wrote: unknown names and wrong kinds are refused by name.

#include <initializer_list>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace larmor::training {

/// Reads the fields of one JSON object. @throws ParamError naming the field
class JsonFields {
public:
    /// @param where  what the object is, for messages: "source 3 of the recipe"
    JsonFields(const nlohmann::json& object, std::string where) : m_object(object), m_where(std::move(where)) {
        if (!object.is_object()) throw UsageError(fmt::format("The {} is no JSON object.", m_where), "Write it in braces: {\"name\": value}.");
    }
    void allow(std::initializer_list<const char*> names) const {
        for (const auto& [name, value] : m_object.items()) {
            bool isKnown = false;
            for (const char* known : names) isKnown = isKnown || name == known;
            if (!isKnown) throw ParamError(name, fmt::format("the {} knows no such setting", m_where), fmt::format("It knows {}.", fmt::join(names, ", ")));
        }
    }
    [[nodiscard]] bool has(const char* name) const { return m_object.contains(name) && !m_object.at(name).is_null(); }
    template <class T>
    [[nodiscard]] T get(const char* name) const {
        if (!has(name)) throw ParamError(name, fmt::format("it is missing in the {}", m_where));
        try {
            return m_object.at(name).template get<T>();
        } catch (const nlohmann::json::exception&) {
            throw ParamError(name, fmt::format("{} is of the wrong kind in the {}", m_object.at(name).dump(), m_where));
        }
    }
    /// Leaves `value` as it is where the field is absent.
    template <class T>
    void read(const char* name, T& value) const {
        if (has(name)) value = get<T>(name);
    }

private:
    const nlohmann::json& m_object;
    std::string m_where;
};

}  // namespace larmor::training
