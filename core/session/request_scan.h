#pragma once
#include "core/session/reconstruct.h"

namespace larmor::session {

/// @throws UsageError where coil maps and a calibration scan to estimate them from are named
void checkMapSources(const std::string& mapsFile, const std::string& calibrationFile);

/// The scan as a request sees it: with its calibration scan, at its size, its coils prepared. @throws UsageError, InputError, IoError
[[nodiscard]] AcquisitionPtr scanOf(const ReconstructionRequest& request);

/// The scan that references for results with prepared coils are made from: whitened alike, since that changes the scale, but with all of
/// its coils, so that what a compression loses shows. @throws InputError where there is no noise to whiten with
[[nodiscard]] AcquisitionPtr scanOfReference(AcquisitionPtr scan, const CoilPreparation& coils);

/// Maps of a file, [coil, readout, phase] of the scan that was acquired, as those of the coils that `scan` has.
[[nodiscard]] CoilMaps mapsFor(const Acquisition& scan, CoilMaps given);

/// Estimated from the samples, or from the scan's calibration scan where there is one. @throws InputError, Cancelled
[[nodiscard]] CoilMaps mapsOf(const ComplexArray& kspace, const SamplingMask& mask, const std::optional<ComplexArray>& calibration,
                              const EspiritOptions& options, const RunControl& run);

/// Maps of several sets as coils one after the other, with the confidence of the first set: what panels show.
[[nodiscard]] CoilMaps setsInARow(CoilMaps found);

}  // namespace larmor::session
