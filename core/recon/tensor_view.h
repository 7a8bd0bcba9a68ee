#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/array.h"
#include "core/recon/device.h"

namespace larmor::recon {

/// A tensor that shares the array's memory: the array must outlive it and is written through it.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor view(ComplexArray& array);
/// The same on the CPU for an array that nothing writes to; on another device a copy.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor viewOn(const ComplexArray& array, const Device& device);
/// A tensor with a copy of the array, on the device.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor toTensor(const ComplexArray& array, const Device& device = {});
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor toTensor(const RealArray& array, const Device& device = {});
/// A copy of the tensor (any device, complex64 or float32) as our array.
[[nodiscard]] LARMOR_RECON_EXPORT ComplexArray toComplexArray(const at::Tensor& tensor);
[[nodiscard]] LARMOR_RECON_EXPORT RealArray toRealArray(const at::Tensor& tensor);

}  // namespace larmor::recon
