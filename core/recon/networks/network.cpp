#include "core/recon/networks/network.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/array.h"
#include "core/recon/device.h"
#include "core/recon/networks/compact_network.h"
#include "core/recon/networks/edm_unet.h"

namespace larmor::recon::networks {

Network::~Network() = default;

at::Tensor Network::forward(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels, const at::Tensor& augment) const {
    const std::int64_t items = x.dim() > 0 ? x.size(0) : 0;
    const auto fits = [items](const at::Tensor& given) { return !given.defined() || (given.dim() > 0 && given.size(0) == items); };
    if (training || !x.is_cpu() || items < 2 || !fits(noise) || !fits(labels) || !fits(augment)) return evaluate(x, noise, labels, augment);
    std::vector<at::Tensor> results;
    for (std::int64_t i = 0; i < items; ++i) {
        // Clones, since kernels also look at how memory is aligned.
        const auto item = [i](const at::Tensor& all) { return all.defined() ? all.narrow(0, i, 1).clone() : all; };
        results.push_back(evaluate(item(x), item(noise), item(labels), item(augment)));
    }
    return at::cat(results);
}

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
