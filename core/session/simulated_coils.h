#pragma once
// Smooth coil sensitivities and object phase that are made up from physics, not taken from a scan.

#include <cstdint>

#include "core/base/array.h"

namespace larmor::session {

/// Where a simulated pixel lies, in pixels from the centre of the volume.
struct SimulatedPlane {
    std::int64_t readout = 0, phase = 0;
    double z = 0;
};

/// Sensitivities of circular loops on an elliptic cylinder round the field of view, by Biot-Savart: S = Bx - i By of each loop, scaled
/// so that sum |S|^2 = 1 in every pixel. [coil, readout, phase]
[[nodiscard]] ComplexArray simulatedMaps(const SimulatedPlane& plane, std::int64_t coils);

/// Object phase in radians as exp(i phi): a second-order polynomial and a few low harmonics, drawn from `seed`, slowly changing
/// along z; at most about pi across the field of view. [readout, phase]
[[nodiscard]] ComplexArray simulatedPhase(const SimulatedPlane& plane, std::uint64_t seed);

/// As exp(i phi), the phase that bright tissue has against the rest, as fat beside water has at most echo times: `strength` radians
/// above one and a half times `mean`, the mean inside the object, 0 below, with a logistic rise between. [readout, phase]
[[nodiscard]] ComplexArray tissuePhaseOf(const RealArray& image, double mean, double strength);

}  // namespace larmor::session
