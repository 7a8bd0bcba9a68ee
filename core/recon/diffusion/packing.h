#pragma once
// Complex images as networks see them: channel 0 is the real part, channel 1 the imaginary part. The one place that knows.

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::diffusion {

/// [S, readout, phase] complex -> [S, 2, readout, phase] float32
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor toChannels(const at::Tensor& image);
/// [S, 2, readout, phase] real -> [S, readout, phase] complex of that precision. @throws ShapeError
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor fromChannels(const at::Tensor& channels);

}  // namespace larmor::recon::diffusion
