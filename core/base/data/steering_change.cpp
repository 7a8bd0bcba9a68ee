#include "core/base/data/steering_change.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor {

using nlohmann::json;

namespace {

SteeringChange changeFromJson(const json& source, const std::string& entry) {
    const auto refuse = [&](const char* reason) { throw InputError(entry + " " + reason); };
    if (!source.is_object() || !source.contains("step") || !source.at("step").is_number_integer()) refuse("names no step.");
    SteeringChange change;
    change.step = source.at("step").get<std::int64_t>();
    if (change.step < 0) refuse("has a step below 0.");
    if (source.contains("values")) change.values = source.at("values");
    if (!change.values.is_object()) refuse("has values that are no object of names and values.");
    if (source.contains("ends")) {
        if (!source.at("ends").is_boolean()) refuse("has an 'ends' that is neither true nor false.");
        change.ends = source.at("ends").get<bool>();
    }
    if (change.values.empty() && !change.ends) refuse("changes nothing.");
    return change;
}

}  // namespace

json steeringToJson(const std::vector<SteeringChange>& changes) {
    json list = json::array();
    for (const auto& change : changes) {
        json entry{{"step", change.step}};
        if (!change.values.empty()) entry["values"] = change.values;
        if (change.ends) entry["ends"] = true;
        list.push_back(std::move(entry));
    }
    return list;
}

std::vector<SteeringChange> steeringFromJson(const json& source, const std::string& what) {
    if (!source.is_array()) throw InputError(fmt::format("'steering' of the {} is not an array.", what));
    std::vector<SteeringChange> changes;
    for (const auto& item : source) {
        const std::string entry = fmt::format("Change {} of the steering of the {}", changes.size() + 1, what);
        auto change = changeFromJson(item, entry);
        if (!changes.empty() && (change.step <= changes.back().step || changes.back().ends))
            throw InputError(entry + (changes.back().ends ? " follows the end of the run." : " does not come after the one before."));
        changes.push_back(std::move(change));
    }
    return changes;
}

}  // namespace larmor
