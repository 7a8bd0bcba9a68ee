#include "app/cli/json_output.h"

#include <iostream>

namespace larmor::cli {

namespace {

using nlohmann::json;

json toJson(const Matrix& matrix) { return {{"readout", matrix.readout}, {"phase", matrix.phase}, {"partition", matrix.partition}}; }

json toJson(const std::optional<FieldOfView>& fov) {
    if (!fov) return nullptr;
    return {{"readout_mm", fov->readoutMm}, {"phase_mm", fov->phaseMm}, {"partition_mm", fov->partitionMm}};
}

json toJson(const Geometry& geometry) {
    json result = {{"pixel_mm", nullptr}, {"patient", nullptr}};
    if (geometry.pixel) result["pixel_mm"] = {geometry.pixel->readoutMm, geometry.pixel->phaseMm};
    if (geometry.patient) {
        const auto& patient = *geometry.patient;
        result["patient"] = {{"readout_direction", patient.readoutDirection}, {"phase_direction", patient.phaseDirection},
                             {"slice_direction", patient.sliceDirection},     {"first_pixel_mm", patient.firstPixelMm},
                             {"slice_spacing_mm", patient.sliceSpacingMm}};
    }
    return result;
}

json toJson(const ParamValue& value) {
    return std::visit([](const auto& known) { return json(known); }, value);
}

}  // namespace

void printJson(const nlohmann::json& document) { std::cout << document.dump(2, ' ', false, json::error_handler_t::replace) << '\n'; }

nlohmann::json toJson(const AcquisitionHeader& header) {
    json dims = json::array();
    for (const auto& dim : header.imageDims) dims.push_back({{"name", toText(dim.dim)}, {"size", dim.size}});
    const auto& origin = header.provenance;
    return {{"path", origin.path},
            {"format", origin.format},
            {"loader", origin.loader},
            {"array", origin.array},
            {"dims", origin.dims},
            {"dims_guessed", origin.dimsGuessed},
            {"dims_reason", origin.dimsReason},
            {"coils", header.coils},
            {"facts", header.facts},
            {"slices", header.sliceCount()},
            {"image_dims", dims},
            {"encoded", toJson(header.encoded)},
            {"recon", toJson(header.recon)},
            {"readout_oversampling", header.readoutOversampling()},
            {"encoded_fov", toJson(header.encodedFov)},
            {"recon_fov", toJson(header.reconFov)},
            {"geometry", toJson(header.geometry)},
            {"phase_begin", header.phaseBegin},
            {"phase_end", header.phaseEnd},
            {"contrast", header.contrast},
            {"simulated", origin.simulated},
            {"simulation", origin.simulation},
            {"notes", origin.notes}};
}

nlohmann::json toJson(const ParamList& specs) {
    json list = json::array();
    for (const auto& spec : specs) {
        json entry = {{"name", spec.name}, {"label", spec.label}, {"type", toText(spec.type)}, {"default", toJson(spec.initial)}, {"doc", spec.doc}};
        if (spec.type != ParamType::Boolean && spec.type != ParamType::Choice) entry["min"] = spec.minimum, entry["max"] = spec.maximum;
        if (!spec.choices.empty()) entry["choices"] = spec.choices;
        if (!spec.unit.empty()) entry["unit"] = spec.unit;
        if (spec.advanced) entry["advanced"] = true;
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace larmor::cli
