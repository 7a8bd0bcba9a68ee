#pragma once
#include "core/base/array.h"
#include "core/base/data/sampling_mask.h"

namespace larmor::session {

/// The index of the frequency -k on an axis of `size` samples whose zero frequency is at size/2. Of an even size index 0, the frequency
/// -size/2, is its own.
[[nodiscard]] constexpr std::int64_t mirroredIndex(std::int64_t index, std::int64_t size) {
    return (2 * (size / 2) - index + size) % size;
}

/// What virtual conjugate coils measured: conj(y(-k)) is the k-space of the conjugated coil images. [Blaimer et al., Magn Reson Med 2009]
/// @param kspace [coil, readout, phase]
[[nodiscard]] ComplexArray conjugateMirror(const ComplexArray& kspace);
[[nodiscard]] SamplingMask mirrored(const SamplingMask& mask);
/// Samples that at least one of the two keeps. @throws ShapeError
[[nodiscard]] SamplingMask united(const SamplingMask& a, const SamplingMask& b);

}  // namespace larmor::session
