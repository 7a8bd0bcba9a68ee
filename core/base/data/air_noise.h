#pragma once
// The noise of a Cartesian scan where the object is not: beside the head along the readout every line holds noise alone, whatever was
// left out along the phase encode. Unlike the edge of k-space that holds for sharp images too.

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "core/base/array.h"
#include "core/base/data/sampling_mask.h"

namespace larmor {

inline constexpr double kMadOfNormal = 0.6744897501960817;  ///< the median of |v| for v ~ N(0, 1)

/// k-space [n, readout, 1] to the image along the readout, unitary.
using ReadoutTransform = std::function<ComplexArray(const ComplexArray& lines)>;

/// Standard deviation of the noise in the real and in the imaginary part of the samples of each coil: of fourteen pieces of the field of
/// view along the readout (seven where there are few lines) the quietest over all coils is taken for air; the outermost sixteenths, which
/// the receiver's filter may dim, are left out. 1.4826 x the median of |v| there, over the real and imaginary parts v of all lines that the
/// mask keeps whole and that hold anything; padding along the readout does not count. Too large where the object fills the readout; the
/// quietest of pieces of noise alone is at most a few per cent too small.
/// @param kspace [coil, readout, phase] @return nothing where there are fewer than 8 such lines or 64 places or 2000 values in a piece
[[nodiscard]] LARMOR_BASE_EXPORT std::optional<std::vector<double>> airNoise(const ComplexArray& kspace, const SamplingMask& mask,
                                                                             const ReadoutTransform& toImage);

/// Sum of the squares: the power of the noise of all coils.
[[nodiscard]] LARMOR_BASE_EXPORT double noisePower(std::span<const double> levels);

}  // namespace larmor
