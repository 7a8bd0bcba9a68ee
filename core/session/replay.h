#pragma once
#include "core/session/reconstruct.h"

namespace larmor::session {

/// The request that made a result: replaying it on the same file gives the same bytes on the CPU.
/// @throws IoError if the source is gone; InputError if it is not the file it was (by its SHA-256); Cancelled
[[nodiscard]] ReconstructionRequest requestOf(const Reconstruction& result, const std::stop_token& stop = {});
/// The same where its source is open already, wherever it lies now.
[[nodiscard]] ReconstructionRequest requestOn(const Reconstruction& result, AcquisitionPtr source, const std::stop_token& stop = {});

/// How far a result that was made again is from the stored one: ||a - b|| / ||a|| of the pixels, 0 only where all are equal; infinite
/// where the shapes differ. nullopt: the stored one holds magnitudes alone.
[[nodiscard]] std::optional<double> differenceOf(const Reconstruction& stored, const Reconstruction& again);

}  // namespace larmor::session
