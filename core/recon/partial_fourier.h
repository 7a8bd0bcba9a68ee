#pragma once
// Partial Fourier: one side of k-space is not acquired, and is known from the other where the phase of the image is smooth.
// [Noll et al., IEEE Trans Med Imaging 1991; Haacke et al., J Magn Reson 1991]

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// An axis of which one end is missing.
struct PartialAxis {
    std::int64_t axis = 0;    ///< 0 readout, 1 phase
    bool lowMissing = false;  ///< the end at index 0; else the other one
    std::int64_t band = 0;    ///< lines reach from the middle to n/2 - band and n/2 + band on both sides
    std::int64_t full = 0;    ///< of those, all samples from n/2 - full to n/2 + full are there
};

/// The axes along which the samples of a mask reach further on one side of the middle than on the other, by more than the largest gap
/// that the mask has anyway.
/// @param mask [readout, phase] 0 or 1
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<PartialAxis> partialAxes(const at::Tensor& mask);

/// exp(i phi) of the image's low frequencies: those of the fully sampled middle of each axis, tapered by a Hann window. Other axes are not
/// filtered.
/// @param kspace [..., readout, phase]; @return the same shape, modulus 1
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor smoothPhase(const at::Tensor& kspace, const std::vector<PartialAxis>& axes);

/// Re(x exp(-i phi)) exp(i phi): the nearest image with that phase, or its negative.
/// @param phase of smoothPhase()
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor withPhase(const at::Tensor& x, const at::Tensor& phase);

/// Homodyne weights along the axis: 2 where the other side is missing, 0 there, and a ramp between over the symmetric band, so that
/// weights at k and -k add to 2. The line of an even matrix that has no mirror weighs 1 at most.
/// @param points along the axis; @return [points] float32
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor homodyneWeights(const PartialAxis& axis, std::int64_t points);

}  // namespace larmor::recon
