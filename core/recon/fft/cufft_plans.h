#pragma once
// cuFFT without linking it: the library is opened at run time, where LibTorch's CUDA half has brought it along.

#include <cstdint>
#include <optional>
#include <string>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// Orthonormal 2D transform of a CUDA complex64 tensor over its last two dimensions through cached plans. Empty where cuFFT cannot be
/// used (built without its headers, library absent, another stream than the default is current): the caller then takes ATen's.
/// @throws DeviceError if cuFFT itself fails
[[nodiscard]] LARMOR_RECON_EXPORT std::optional<at::Tensor> cufftTransform(const at::Tensor& x, bool inverse);

/// What cuFFT says of itself, for the log and for tests.
struct CufftStatus {
    bool usable = false;
    std::string reason;         ///< why it is not usable
    std::int64_t plans = 0;     ///< in the cache now
    std::int64_t executed = 0;  ///< transforms since the program started
};
[[nodiscard]] LARMOR_RECON_EXPORT CufftStatus cufftStatus();

}  // namespace larmor::recon
