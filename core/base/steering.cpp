#include "core/base/steering.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace larmor {

Steering::~Steering() = default;

bool changesInMidRun(const std::string& parameter) {
    static constexpr std::array<std::string_view, 6> kFixed{"samples", "form", "turns", "noise", "sigma_max", "warm_start"};
    return !parameter.starts_with("start") && std::find(kFixed.begin(), kFixed.end(), parameter) == kFixed.end();
}

std::vector<std::string> changedInMidRun(const ParamValues& last, const ParamValues& next) {
    std::vector<std::string> names;
    for (const ParamSpec& spec : last.specs()) {
        if (next.value(spec.name) == last.value(spec.name)) continue;
        if (!changesInMidRun(spec.name))
            throw ParamError(spec.name, "it decides how a run starts and cannot change while it runs.", "Start again with the new value.");
        names.push_back(spec.name);
    }
    return names;
}

}  // namespace larmor
