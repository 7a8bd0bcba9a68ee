#include "core/base/data/reconstruction.h"

#include <algorithm>

#include <fmt/format.h>

namespace larmor {

namespace {
using nlohmann::json;
constexpr int kProtocolFormat = 1;

/// Visits every field with its name in the JSON; one list for reading and writing.
template <class P, class Visit>
void forEachField(P& p, Visit&& visit) {
    visit("method", p.method);
    visit("parameters", p.parameters);
    visit("mask", p.mask);
    visit("mask_sha256", p.maskHash);
    visit("acquired_acceleration", p.acquiredAcceleration);
    visit("extra_acceleration", p.extraAcceleration);
    visit("total_acceleration", p.totalAcceleration);
    visit("maps", p.maps);
    visit("map_parameters", p.mapParameters);
    visit("combination", p.combination);
    visit("source", p.source);
    visit("source_format", p.sourceFormat);
    visit("source_array", p.sourceArray);
    visit("source_dims", p.sourceDims);
    visit("source_sha256", p.sourceHash);
    visit("source_simulated", p.simulatedSource);
    visit("slices", p.slices);
    visit("full_fov", p.fullFov);
    visit("device", p.device);
    visit("threads", p.threads);
    visit("version", p.version);
    visit("seed", p.seed);
}

template <class P, class Visit>
void forEachPriorField(P& p, Visit&& visit) {
    visit("name", p.name);
    visit("file", p.file);
    visit("sha256", p.hash);
    visit("contrast", p.contrast);
    visit("nature", p.nature);
    visit("scales", p.scales);
    visit("noises", p.noises);
    visit("outside", p.outside);
}

template <class P, class Visit>
void forEachTuningField(P& p, Visit&& visit) {
    visit("parameter", p.parameter);
    visit("value", p.value);
    visit("lowest", p.lowest);
    visit("flat_low", p.flatLow);
    visit("flat_high", p.flatHigh);
    visit("doubt", p.doubt);
    visit("slice", p.slice);
    visit("held_out", p.heldOut);
    visit("folds", p.folds);
    visit("unit", p.unit);
}

template <class P, class Visit>
void forEachPointField(P& p, Visit&& visit) {
    visit("value", p.value);
    visit("error", p.error);
    visit("standard_error", p.standardError);
    visit("difference", p.difference);
    visit("difference_standard_error", p.differenceError);
}

template <class T>
bool typeFits(const json& value, const T&) {
    if constexpr (std::is_same_v<T, json>)
        return value.is_object() || value.is_null();
    else if constexpr (std::is_same_v<T, bool>)
        return value.is_boolean();
    else if constexpr (std::is_same_v<T, double>)
        return value.is_number();
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return value.is_number_integer();
    else if constexpr (std::is_same_v<T, std::string>)
        return value.is_string();
    else
        return value.is_array() &&
               std::all_of(value.begin(), value.end(), [](const json& v) { return typeFits(v, typename T::value_type()); });
}

/// Fills the fields that `visit` is called with from `source`. @throws InputError naming the field
auto reader(const json& source, const char* what) {
    return [&source, what](const char* name, auto& field) {
        if (!source.contains(name)) throw InputError(fmt::format("The {} lacks '{}'.", what, name));
        if (!typeFits(source.at(name), field))
            throw InputError(fmt::format("'{}' of the {} is {}, which is of the wrong type.", name, what, source.at(name).dump()));
        source.at(name).get_to(field);
    };
}

json tuningToJson(const Tuning& tuning) {
    json result{{"curve", json::array()}};
    forEachTuningField(tuning, [&](const char* name, const auto& field) { result[name] = field; });
    for (const auto& point : tuning.curve) {
        json entry = json::object();
        forEachPointField(point, [&](const char* name, const auto& field) { entry[name] = field; });
        result["curve"].push_back(std::move(entry));
    }
    return result;
}

Tuning tuningFromJson(const json& source) {
    if (!source.is_object() || !source.contains("curve") || !source.at("curve").is_array())
        throw InputError("'tuned' of the protocol is no object with a 'curve'.");
    Tuning tuning;
    forEachTuningField(tuning, reader(source, "protocol's tuning"));
    for (const auto& entry : source.at("curve")) {
        if (!entry.is_object()) throw InputError("A point of the protocol's tuning is no object.");
        forEachPointField(tuning.curve.emplace_back(), reader(entry, "protocol's tuning"));
    }
    return tuning;
}
}  // namespace

json Protocol::toJson() const {
    json result{{"larmor_protocol", kProtocolFormat}, {"steering", steeringToJson(steering)}};
    forEachField(*this, [&](const char* name, const auto& field) { result[name] = field; });
    if (reduction != 1) result["reduction"] = reduction;
    if (places != 0) result["places"] = places;
    if (!coils.isNothing()) result["coils"] = coils.toJson();
    if (!calibration.empty()) {
        result["calibration"] = calibration;
        result["calibration_sha256"] = calibrationHash;
    }
    if (prior) forEachPriorField(*prior, [&](const char* name, const auto& field) { result["prior"][name] = field; });
    if (tuned) result["tuned"] = tuningToJson(*tuned);
    return result;
}

Protocol Protocol::fromJson(const json& source) {
    if (!source.is_object() || !source.contains("larmor_protocol"))
        throw InputError("This is not a protocol: 'larmor_protocol' is missing.");
    if (source.at("larmor_protocol") != kProtocolFormat)
        throw InputError(fmt::format("The protocol is of format {}; this version reads format {}.", source.at("larmor_protocol").dump(),
                                     kProtocolFormat));
    Protocol protocol;
    forEachField(protocol, reader(source, "protocol"));
    if (source.contains("reduction")) reader(source, "protocol")("reduction", protocol.reduction);
    if (source.contains("places")) reader(source, "protocol")("places", protocol.places);
    if (source.contains("coils")) protocol.coils = CoilPreparation::fromJson(source.at("coils"));
    if (source.contains("calibration")) {
        reader(source, "protocol")("calibration", protocol.calibration);
        reader(source, "protocol")("calibration_sha256", protocol.calibrationHash);
    }
    if (source.contains("prior")) {
        if (!source.at("prior").is_object()) throw InputError("'prior' of the protocol is not an object.");
        forEachPriorField(protocol.prior.emplace(), reader(source.at("prior"), "protocol's prior"));
    }
    if (source.contains("steering")) protocol.steering = steeringFromJson(source.at("steering"), "protocol");
    if (source.contains("tuned")) protocol.tuned = tuningFromJson(source.at("tuned"));
    return protocol;
}

}  // namespace larmor
