#pragma once
// The noise of a Cartesian scan where the object is not: beside the head along the readout every line holds noise alone, whatever was
// left out along the phase encode. Unlike the edge of k-space that holds for sharp images too.

#include <optional>
#include <vector>

#include "core/base/array.h"

namespace larmor {

/// Standard deviation of the noise in the real and in the imaginary part of the samples of each coil: of fourteen pieces of the field of
/// view along the readout (seven where there are few lines) the quietest over all coils is taken for air; the outermost sixteenths, which
/// the receiver's filter may dim, are left out. 1.4826 x the median of |v| there, over the real and imaginary parts v of all lines. Too
/// large where the object fills the readout; the quietest of pieces of noise alone is at most a few per cent too small.
/// @param lines [coil, place, line] measured lines, transformed along the readout (unitary, any origin)
/// @param measured  share of the samples along the readout that are not padding; the levels are divided by its root
/// @return nothing where there are fewer than 8 lines or 64 places or 2000 values in a piece, or where nothing was measured
[[nodiscard]] LARMOR_BASE_EXPORT std::optional<std::vector<double>> airNoise(const ComplexArray& lines, double measured = 1);

/// Share of the samples of these lines that are not exactly zero in all coils. @param lines [coil, readout, line], not transformed
[[nodiscard]] LARMOR_BASE_EXPORT double measuredShare(const ComplexArray& lines);

}  // namespace larmor
