#pragma once
// The parameters of our own lists, in one line each.

#include <string>
#include <utility>

#include "core/base/param_spec.h"

namespace larmor {

/// A parameter by what every one has; bounds, unit and the rest keep their defaults.
[[nodiscard]] inline ParamSpec describedParam(std::string name, std::string label, ParamType type, ParamValue initial, std::string doc) {
    ParamSpec spec;
    spec.name = std::move(name);
    spec.label = std::move(label);
    spec.type = type;
    spec.initial = std::move(initial);
    spec.doc = std::move(doc);
    return spec;
}

}  // namespace larmor
