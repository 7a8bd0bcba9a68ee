#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::diffusion {

/// Standard deviation of the noise in the real and in the imaginary part of a sample, in the units of y: 1.4826 x the median of |v| over
/// the real and imaginary parts v of the outermost twentieth of the samples that the mask keeps (at least 64, by their distance from the
/// centre relative to the edge), a coil at a time, then the root mean square over the coils.
/// Assumes noise of mean 0 that is white over k-space, and that signal at the edge of what was sampled lies below it; where it does not
/// (hardly any noise, or sampling that ends near the centre) the value is the signal's there, an upper bound. 0 without samples.
/// @param y [coil, readout, phase]; @param mask [readout, phase], real
[[nodiscard]] LARMOR_RECON_EXPORT double noiseLevel(const at::Tensor& y, const at::Tensor& mask);

}  // namespace larmor::recon::diffusion
