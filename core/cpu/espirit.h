#pragma once
// ESPIRiT: coil sensitivities as the eigenvectors of what the calibration data say about neighbouring k-space samples.
// [Uecker et al., Magn Reson Med 2014]

#include "core/base/api/engine.h"
#include "core/base/export.h"
#include "core/cpu/kspace_view.h"

namespace larmor::cpu {

/// Share of the calibration samples' energy that an image on these maps can hold: 1 for maps that know the whole object, little where
/// the calibration region was too small for ESPIRiT to find it.
/// @param calibration [coil, rows, columns] around the zero frequency; @param maps [coil, readout, phase] or [set, coil, readout, phase]
[[nodiscard]] LARMOR_CPU_EXPORT double explainedSignal(const ComplexArray& calibration, const ComplexArray& maps);

/// One or two sets of maps, for the largest eigenvalues at each pixel; the phase of each is turned so that the projection on the principal
/// component of the coils is real. Each set ends where its own eigenvalue falls below the crop.
/// @param kspace [coil, readout, phase]; the samples that the mask leaves out are not looked at
/// @throws InputError if the fully sampled centre is too small: says how large it is and must be; Cancelled
[[nodiscard]] LARMOR_CPU_EXPORT CoilMaps espirit(const KspaceView& kspace, const SamplingMask& mask, const EspiritOptions& options, const RunControl& run);

}  // namespace larmor::cpu
