#pragma once
// A denoiser of another program, exported as TorchScript and kept with its card in one prior file (resources/convert_prior.py puts it
// there). Its archive holds operations of ATen, no Python and no machine code.

#include <cstddef>
#include <span>

#include "core/recon/networks/network.h"

namespace larmor::recon::networks {

inline constexpr const char* kExportedFamily = "exported";
inline constexpr const char* kArchiveTensor = "torchscript";  ///< U8, the archive's bytes

/// Options: label_dim (default 0) and form:
/// "denoiser": forward(x, sigma) or forward(x, sigma, labels) gives D(x; sigma) in prior units, as EDMPrecond does;
/// "network": forward(x, c_noise) or forward(x, c_noise, labels) gives F.
/// x [B, 2, readout, phase], sigma or c_noise [B], labels [B, label_dim], result as x; all float32. Sizes are as the denoiser takes them.
/// @param sigmaData of the card: what "denoiser" is turned into F with
/// @throws InputError naming the option that is wrong, or what LibTorch says of the archive
[[nodiscard]] std::unique_ptr<Network> makeExportedNetwork(const nlohmann::json& config, double sigmaData,
                                                           std::span<const std::byte> archive, c10::Device device);

}  // namespace larmor::recon::networks
