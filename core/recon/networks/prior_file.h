#pragma once
// Weights and card of a prior in one safetensors file.

#include "core/base/data/prior_card.h"
#include "core/recon/networks/network.h"

namespace larmor::recon::networks {

struct LoadedNetwork {
    PriorCard card;
    std::unique_ptr<Network> network;
};

/// Builds the network that the card describes and fills it, or opens the exported denoiser that the file holds. Half-precision tensors are
/// widened. @throws IoError, InputError naming the tensor that is missing, superfluous or of another shape, or the hash that differs
[[nodiscard]] LARMOR_RECON_EXPORT LoadedNetwork loadPrior(const std::string& path, c10::Device device);
/// Writes whole or not at all; fills card.network, card.weightsHash and card.trainedBy. @param halfPrecision stores float16
LARMOR_RECON_EXPORT void savePrior(const std::string& path, PriorCard card, const Network& network, bool halfPrecision);

}  // namespace larmor::recon::networks
