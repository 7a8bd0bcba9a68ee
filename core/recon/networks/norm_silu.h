#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::networks {

/// silu(GroupNorm(x) (1 + scale) + shift): what stands before almost every convolution. On CPUs, for channels-last images whose channels
/// come in sixteens, it passes over memory twice and keeps nothing but x; elsewhere it is put together from ATen's functions. Sums in
/// float32, in an order that does not depend on threads or on the other items of the batch.
/// @param x [B, C, H, W] float32 or bfloat16; @param weight, bias [C] float32
/// @param scale, shift [B, C] float32, or both undefined: 0
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor normSilu(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                                                      std::int64_t groups, double epsilon, const at::Tensor& scale,
                                                      const at::Tensor& shift);

}  // namespace larmor::recon::networks
