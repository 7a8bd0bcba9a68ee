#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// E[n, j] = exp(2 pi i (first + j) n / points), [points, terms]: sums a short Fourier series at all points. Not a transform of data:
/// the series has a dozen terms, and both ends may be any number.
/// @param origin the point that counts as n = 0
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor fourierSeries(std::int64_t points, std::int64_t first, std::int64_t terms, at::ScalarType type,
                                                          c10::Device device, std::int64_t origin = 0);

}  // namespace larmor::recon
