#include "core/base/io/sidecar.h"

#include <algorithm>
#include <cmath>

#include "core/base/hash.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/raw_writers.h"
#include "core/base/io/save.h"
#include "core/base/version.h"

namespace larmor::io {
namespace {

using nlohmann::json;

constexpr const char* kDataHash = "data_sha256";

json traceToJson(const std::vector<TracePoint>& trace) {
    json rows = json::array();
    for (const TracePoint& point : trace)
        rows.push_back({point.slice, point.step, std::isfinite(point.residual) ? json(point.residual) : json(nullptr)});
    return rows;
}

std::vector<TracePoint> traceFromJson(const json& rows) {
    std::vector<TracePoint> trace;
    for (const json& row : rows) {
        if (!row.is_array() || row.size() != 3 || !row[0].is_number_integer() || !row[1].is_number_integer()) continue;
        trace.push_back({row[0].get<std::int64_t>(), row[1].get<std::int64_t>(), row[2].is_number() ? row[2].get<double>() : std::nan("")});
    }
    return trace;
}

std::optional<std::array<double, 3>> vectorIn(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_array() || found->size() != 3) return std::nullopt;
    std::array<double, 3> values{};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!(*found)[i].is_number()) return std::nullopt;
        values[i] = (*found)[i].get<double>();
    }
    return values;
}

template <class T>
T valueOr(const json& object, const char* name, T fallback) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return fallback;
    try {
        return found->get<T>();
    } catch (const json::exception&) {
        return fallback;
    }
}

std::optional<PatientGeometry> patientFromJson(const json& object) {
    const auto readout = vectorIn(object, "readout_direction"), phase = vectorIn(object, "phase_direction"),
               slice = vectorIn(object, "slice_direction"), first = vectorIn(object, "first_pixel_mm");
    if (!readout || !phase || !slice || !first) return std::nullopt;
    return PatientGeometry{*readout, *phase, *slice, *first, valueOr(object, "slice_spacing_mm", 0.0)};
}

}  // namespace

json geometryToJson(const Geometry& geometry) {
    json object = json::object();
    if (geometry.pixel) object["pixel_size_mm"] = {geometry.pixel->readoutMm, geometry.pixel->phaseMm};
    if (geometry.sliceThicknessMm) object["slice_thickness_mm"] = *geometry.sliceThicknessMm;
    if (geometry.patient) {
        const PatientGeometry& p = *geometry.patient;
        object["axes"] = "LPS";
        object["readout_direction"] = p.readoutDirection;
        object["phase_direction"] = p.phaseDirection;
        object["slice_direction"] = p.sliceDirection;
        object["first_pixel_mm"] = p.firstPixelMm;
        object["slice_spacing_mm"] = p.sliceSpacingMm;
    }
    return object;
}

Geometry geometryFromJson(const json& object) {
    Geometry geometry;
    if (!object.is_object()) return geometry;
    const auto size = object.find("pixel_size_mm");
    if (size != object.end() && size->is_array() && size->size() == 2 && (*size)[0].is_number() && (*size)[1].is_number()) {
        const PixelSize pixel{(*size)[0].get<double>(), (*size)[1].get<double>()};
        if (pixel.readoutMm > 0 && pixel.phaseMm > 0) geometry.pixel = pixel;
    }
    geometry.patient = patientFromJson(object);
    if (const double thickness = valueOr(object, "slice_thickness_mm", 0.0); std::isfinite(thickness) && thickness > 0)
        geometry.sliceThicknessMm = thickness;
    return geometry;
}

json resultToJson(const Reconstruction& result) {
    json object{{"protocol", result.protocol.toJson()},
                {"larmor_version", version()},
                {"research_use_only", kResearchUseOnly},
                {"name", result.images.name},
                {"geometry", geometryToJson(result.images.geometry)},
                {"simulated", result.images.simulated},
                {"seconds", result.seconds},
                {"stopped_early", result.stoppedEarly},
                {"trace", traceToJson(result.trace)}};
    json masks = json::array();
    for (const SamplingMask& mask : result.masks) masks.push_back(mask.description());
    object["masks"] = masks;
    return object;
}

void resultFromJson(const json& object, Reconstruction& result) {
    const auto protocol = object.find("protocol");
    if (protocol == object.end()) throw InputError("The file carries no protocol.");
    result.protocol = Protocol::fromJson(*protocol);
    result.images.name = valueOr<std::string>(object, "name", result.protocol.method);
    result.images.geometry = geometryFromJson(object.value("geometry", json::object()));
    result.images.simulated = valueOr(object, "simulated", false);
    result.seconds = valueOr(object, "seconds", 0.0);
    result.stoppedEarly = valueOr(object, "stopped_early", false);
    result.trace = traceFromJson(object.value("trace", json::array()));
}

std::string sidecarPath(const std::string& path) {
    return path + ".json";
}

json parseJson(const std::string& text, const std::string& path, const std::string& dataset) {
    json object = json::parse(text, nullptr, false);
    if (!object.is_object())
        throw IoError(path, dataset, "a JSON object", object.is_discarded() ? "text that is no JSON" : "JSON of another kind");
    return object;
}

Sidecar readSidecar(const std::string& path) {
    const std::string beside = sidecarPath(path);
    if (!isRegularFile(beside)) return {};
    Sidecar found{SidecarState::Fits, parseJson(readSmallFile(beside, 64 << 20), beside, "")};
    const auto hashes = found.json.find(kDataHash);
    if (hashes == found.json.end() || !hashes->is_array()) return found;
    if (std::find(hashes->begin(), hashes->end(), json(sha256OfFile(path))) == hashes->end()) found.state = SidecarState::OfOtherBytes;
    return found;
}

void writeSidecar(const std::string& path, const Reconstruction& result, const std::vector<std::string>& files) {
    json object = resultToJson(result);
    for (const std::string& file : files) object[kDataHash].push_back(sha256OfFile(file));
    writeAtomically(sidecarPath(path), [&](const std::string& temporary) { writeText(temporary, object.dump(2) + "\n"); });
}

}  // namespace larmor::io
