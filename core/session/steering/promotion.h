#pragma once
#include "core/session/reconstruct.h"
#include "core/session/steering/steered_run.h"

namespace larmor::session {

/// A step of a steered run as a result, with masks, geometry and spread like any other: the steps since the last kept state are made again.
/// @param request  of the steered run; its slice, values and steering become the promotion's
/// @throws as reconstruct()
[[nodiscard]] Reconstruction resultOf(const Promotion& promotion, ReconstructionRequest request, const RunControl& run);

}  // namespace larmor::session
