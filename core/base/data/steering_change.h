#pragma once
// What a person changed while a run went on, as a run from scratch is told to end in the same state.

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/export.h"

namespace larmor {

struct SteeringChange {
    std::int64_t step = 0;                             ///< steps done before it: 0 acts on the first step
    nlohmann::json values = nlohmann::json::object();  ///< parameters that get another value from the next step on, by name
    bool ends = false;                                 ///< no further step: the estimate as it stands is the result

    friend bool operator==(const SteeringChange&, const SteeringChange&) = default;
};

/// [{"step": 30, "values": {"zeta": "2.1"}}, {"step": 80, "ends": true}]
[[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json steeringToJson(const std::vector<SteeringChange>& changes);
/// @param what  that holds them, for messages: "recipe"
/// @throws InputError naming the entry that is wrong: steps rise from entry to entry, and nothing follows an end.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<SteeringChange> steeringFromJson(const nlohmann::json& json, const std::string& what);

}  // namespace larmor
