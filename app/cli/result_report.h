#pragma once
#include <string>

#include "core/base/data/reconstruction.h"

namespace larmor::cli {

/// Says what was reconstructed and where it went: as text, or as the one JSON document.
void reportResult(const Reconstruction& result, const std::string& output, bool asJson);

}  // namespace larmor::cli
