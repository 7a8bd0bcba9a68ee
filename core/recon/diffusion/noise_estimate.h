#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::diffusion {

/// Standard deviation of the noise in the real and in the imaginary part of a sample, in the units of y: the lowest of estimates that signal makes too large,
/// the root mean square over the coils of each.
/// At the edge of k-space: 1.4826 x the median of |v| over the real and imaginary parts v of the outermost twentieth of the samples that
/// the mask keeps (at least 64, by their distance from the centre relative to the edge), which holds signal where images are sharp.
/// In the air: airNoise() of the lines that the mask keeps whole, along either axis, where there are enough of them.
/// Assumes noise of mean 0 that is white over k-space. 0 without samples.
/// @param y [coil, readout, phase]; @param mask [readout, phase], real
[[nodiscard]] LARMOR_RECON_EXPORT double noiseLevel(const at::Tensor& y, const at::Tensor& mask);

}  // namespace larmor::recon::diffusion
