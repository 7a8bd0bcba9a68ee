#pragma once
#include <string>

#include "core/base/data/acquisition.h"

namespace larmor::io {

/// How a scan was simulated, as files say it: never empty where it was.
[[nodiscard]] inline std::string simulationText(const Provenance& origin) {
    return origin.simulated && origin.simulation.empty() ? "of an unknown kind" : origin.simulation;
}

}  // namespace larmor::io
