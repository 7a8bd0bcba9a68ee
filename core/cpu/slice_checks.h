#pragma once
// What a slice is looked at for before it is reconstructed, on whatever device.

#include <string>

#include "core/base/data/sampling_mask.h"
#include "core/base/export.h"

namespace larmor::cpu {

/// What the mask keeps of each coil: [readout, phase], or [coil, readout, phase] where coils hold different samples, as virtual conjugate coils
/// do. What a coil did not measure is exactly zero; a few zeros are measured ones that were rounded, and nothing but zeros comes from a coil
/// that is switched off. @param kspace [coil, readout, phase]
[[nodiscard]] LARMOR_CPU_EXPORT ByteArray keptByCoils(const ComplexArray& kspace, const SamplingMask& mask);

/// @throws ShapeError if the maps, [coil, readout, phase] or [set, coil, readout, phase], are not those of the k-space
LARMOR_CPU_EXPORT void checkMaps(const ComplexArray& maps, const ComplexArray& kspace);

/// For methods that do not take every operator. @throws UsageError that says what would do
LARMOR_CPU_EXPORT void checkPlain(bool severalSets, bool coilsDiffer, const std::string& method);

}  // namespace larmor::cpu
