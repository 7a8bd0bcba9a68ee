#pragma once
// XML whose elements come with and without a name space prefix.

#include <string_view>

#include <pugixml.hpp>

namespace larmor::io {

inline std::string_view localName(const pugi::xml_node& node) {
    std::string_view name = node.name();
    if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    return name;
}

inline pugi::xml_node childOf(const pugi::xml_node& parent, std::string_view name) {
    for (const pugi::xml_node& child : parent.children())
        if (localName(child) == name) return child;
    return {};
}

}  // namespace larmor::io
