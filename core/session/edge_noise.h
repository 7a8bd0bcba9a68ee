#pragma once
#include "core/base/array.h"
#include "core/base/data/sampling_mask.h"

namespace larmor::session {

/// Samples that are nearly noise alone, [coil, sample]: those of the acquired ones that lie farthest from the centre of k-space, the
/// corners where they were acquired: 1/64 of all, at least 16 for each coil. They hold some signal where the resolution is low.
/// @param kspace [coil, readout, phase] @param acquired without what is zero padding
/// @throws InputError where those would be more than an eighth of the acquired samples
[[nodiscard]] ComplexArray edgeNoise(const ComplexArray& kspace, const SamplingMask& acquired);

}  // namespace larmor::session
