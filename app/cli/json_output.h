#pragma once
#include <nlohmann/json.hpp>

#include "core/base/data/acquisition.h"
#include "core/base/param_spec.h"

namespace larmor::cli {

/// The one document of a --json run, on standard output. Bytes of a path that are no UTF-8 are replaced.
void printJson(const nlohmann::json& document);

/// What is known of an acquisition without reading its samples.
[[nodiscard]] nlohmann::json toJson(const AcquisitionHeader& header);
/// Specifications of parameters: name, type, default, range, choices, unit, doc.
[[nodiscard]] nlohmann::json toJson(const ParamList& specs);

}  // namespace larmor::cli
