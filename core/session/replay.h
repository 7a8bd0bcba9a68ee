#pragma once
#include "core/session/reconstruct.h"

namespace larmor::session {

/// The request that made a result: replaying it on the same file gives the same bytes on the CPU.
/// @throws IoError if the source is gone; InputError if it is not the file it was (by its SHA-256); Cancelled
[[nodiscard]] ReconstructionRequest requestOf(const Reconstruction& result, const std::stop_token& stop = {});

}  // namespace larmor::session
