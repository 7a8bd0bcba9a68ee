#pragma once
#include <cstdint>

#include <ATen/core/Tensor.h>

namespace larmor::recon {

/// values[i] += weight * other[i + shift] along `dim`, cyclically, in place. @param shift 1 or -1
void addShifted(at::Tensor& values, const at::Tensor& other, std::int64_t dim, int shift, double weight);

}  // namespace larmor::recon
