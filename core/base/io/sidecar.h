#pragma once
// What a result carries beside its pixels, as JSON: attributes of an HDF5 file, or the file `<path>.json` beside other formats.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/data/reconstruction.h"

namespace larmor::io {

[[nodiscard]] nlohmann::json geometryToJson(const Geometry& geometry);
/// Values that make no sense are left out.
[[nodiscard]] Geometry geometryFromJson(const nlohmann::json& json);

/// Everything of a result but pixels and masks.
[[nodiscard]] nlohmann::json resultToJson(const Reconstruction& result);
/// Fills everything but pixels and masks. @throws InputError for a protocol that is damaged.
void resultFromJson(const nlohmann::json& json, Reconstruction& result);

[[nodiscard]] std::string sidecarPath(const std::string& path);

enum class SidecarState { None, Fits, OfOtherBytes };
struct Sidecar {
    SidecarState state = SidecarState::None;
    nlohmann::json json;
};
/// What stands beside the file, and whether it was written for these bytes: another program may have replaced them since.
/// @throws IoError if there is one that is no JSON.
[[nodiscard]] Sidecar readSidecar(const std::string& path);
/// Writes it beside `path`, with the SHA-256 of `files`: the file itself, or the several that stand for it. @throws IoError
void writeSidecar(const std::string& path, const Reconstruction& result, const std::vector<std::string>& files);

/// @throws IoError
[[nodiscard]] nlohmann::json parseJson(const std::string& text, const std::string& path, const std::string& dataset);

}  // namespace larmor::io
