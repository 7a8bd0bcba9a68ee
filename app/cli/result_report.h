#pragma once
#include <string>

#include "core/base/data/reconstruction.h"

namespace larmor::cli {

/// Says what was reconstructed and where it went: as text, or as the one JSON document.
/// @param output  empty: it was not written @param more  further entries of the document
void reportResult(const Reconstruction& result, const std::string& output, bool asJson, const nlohmann::json& more = nlohmann::json::object());

}  // namespace larmor::cli
