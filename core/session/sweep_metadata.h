#pragma once
#include <string>

#include "core/session/sweep_record.h"

namespace larmor::session {

/// The element of an SVG picture that says how its sweep was made.
[[nodiscard]] std::string sweepMetadata(const SweepRecord& record, const std::vector<SweepCell>& cells);

}  // namespace larmor::session
