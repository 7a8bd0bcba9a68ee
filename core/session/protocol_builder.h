#pragma once
#include "core/session/image_builder.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// The protocol of a job that is about to run: everything but the masks, the combination and the slices that were really done.
[[nodiscard]] Protocol protocolOf(const ReconstructionRequest& request, const ParamValues& parameters, const ParamValues& mapParameters);
void addMasks(Protocol& protocol, const MaskBuilder& masks);

/// SHA-256 of a source file; of the .cfl where a BART pair is meant. @throws IoError
[[nodiscard]] std::string hashOfSource(const std::string& path);
[[nodiscard]] std::string absolutePath(const std::string& path);

}  // namespace larmor::session
