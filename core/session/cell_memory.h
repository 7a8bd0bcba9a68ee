#pragma once
#include <cstdint>

#include "core/base/api/plugin_manifest.h"
#include "core/base/data/acquisition.h"

namespace larmor::session {

/// Bytes that one slice's reconstruction takes beside the program itself, from above: measured on the methods that come with it.
/// @param reduction  as in ReconstructionRequest
[[nodiscard]] std::int64_t bytesOfCell(const AcquisitionHeader& header, const PluginManifest& method, std::int64_t reduction);

}  // namespace larmor::session
