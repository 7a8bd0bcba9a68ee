#include "core/recon/networks/network.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/array.h"
#include "core/recon/device.h"
#include "core/recon/networks/compact_network.h"
#include "core/recon/networks/edm_unet.h"

namespace larmor::recon::networks {

Network::~Network() = default;

at::Tensor Network::checkedColumns(const at::Tensor& given, std::int64_t items, std::int64_t columns, const char* name) {
    if (!given.defined() || columns == 0) return {};
    checkShape(given.sizes().vec(), {items, columns}, name);
    return given;
}

Arithmetic nativeArithmetic(c10::Device device) {
    return {.bfloat16 = computesBfloat16(device)};
}

std::unique_ptr<Network> makeNetwork(const std::string& family, const nlohmann::json& config, std::uint64_t seed, Fill fill) {
    if (family == "compact") return std::make_unique<CompactNetwork>(CompactConfig::fromJson(config), seed, fill);
    if (family == "song-unet" || family == "adm") return std::make_unique<EdmUnet>(EdmUnetConfig::fromJson(family, config), seed, fill);
    throw InputError(fmt::format("There is no network family '{}'.", family), "There are: compact, song-unet, adm.");
}

}  // namespace larmor::recon::networks
