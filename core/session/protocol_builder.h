#pragma once
#include <stop_token>

#include "core/session/image_builder.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// The protocol of a job that is about to run: everything but the masks, the combination and the slices that were really done.
/// @throws IoError, Cancelled
[[nodiscard]] Protocol protocolOf(const ReconstructionRequest& request, const ParamValues& parameters, const ParamValues& mapParameters,
                                  const std::stop_token& stop);
void addMasks(Protocol& protocol, const MaskBuilder& masks);

[[nodiscard]] std::string absolutePath(const std::string& path);

}  // namespace larmor::session
