#pragma once
// Small networks, their input, and what NumPy makes of it (network_reference.py).

#include <nlohmann/json.hpp>

#include <ATen/core/grad_mode.h>

#include "core/base/data/prior_card.h"
#include "core/base/rng.h"
#include "core/recon/networks/prior_file.h"
#include "tests/numeric/tensors.h"
#include "tests/support/python.h"

namespace larmor::test {

/// Independent normal numbers, float32.
inline at::Tensor normalTensor(const Shape& shape, std::uint64_t seed) {
    at::Tensor values = at::empty(shape, at::kFloat);
    NoiseSource noise(seed, 99);
    for (std::int64_t i = 0; i < values.numel(); ++i) values.data_ptr<float>()[i] = static_cast<float>(noise.normal());
    return values;
}

struct NetworkInput {
    at::Tensor x, noise, labels, augment;
    /// The items of the batch from `first` on.
    [[nodiscard]] NetworkInput items(std::int64_t first, std::int64_t count) const {
        const auto part = [&](const at::Tensor& all) { return all.defined() ? all.narrow(0, first, count).contiguous() : all; };
        return {part(x), part(noise), part(labels), part(augment)};
    }
    [[nodiscard]] at::Tensor through(const recon::networks::Network& network) const { return network.forward(x, noise, labels, augment); }
};

/// Random images, noise levels from 0.01 to 30, one label each (the last item has none).
inline NetworkInput networkInput(const recon::networks::Network& network, std::int64_t items, std::int64_t rows, std::int64_t columns) {
    NetworkInput in;
    in.x = normalTensor({items, 2, rows, columns}, 1);
    in.noise = at::linspace(-1.15, 0.85, items);
    if (network.labelColumns() > 0) {
        in.labels = at::zeros({items, network.labelColumns()});
        for (std::int64_t i = 0; i + 1 < items; ++i) in.labels[i][i % network.labelColumns()] = 1;
    }
    if (network.augmentColumns() > 0) in.augment = normalTensor({items, network.augmentColumns()}, 3);
    return in;
}

inline PriorCard cardOf(const std::string& family, const nlohmann::json& config) {
    PriorCard card;
    card.name = "test";
    card.family = family;
    card.network = config;
    card.sigmaData = 0.5;
    card.logSigmaMean = -1.2;
    card.logSigmaStd = 1.2;
    return card;
}

/// A network with random weights that are all alive: freshly built ones end near zero by construction.
inline std::unique_ptr<recon::networks::Network> livelyNetwork(const std::string& family, const nlohmann::json& config,
                                                               std::uint64_t seed = 1) {
    auto network = recon::networks::makeNetwork(family, config, seed);
    const c10::NoGradGuard constant;
    for (const auto& entry : network->parameters().entries())
        if (entry.trained && entry.value.dim() > 1)
            entry.value.copy_(normalTensor(entry.value.sizes().vec(), ++seed) *
                              (0.8 / std::sqrt(static_cast<double>(entry.value[0].numel()))));
    return network;
}

/// Distance between a network of ours and the same in NumPy, both with weights that NumPy made and wrote.
inline double distanceFromNumPy(const std::string& family, const nlohmann::json& config, std::int64_t items, std::int64_t rows,
                                std::int64_t columns) {
    const TempDir folder;
    const auto empty = recon::networks::makeNetwork(family, config);
    recon::networks::savePrior(folder.file("names.safetensors"), cardOf(family, config), *empty, false);
    const NetworkInput in = networkInput(*empty, items, rows, columns);
    nlohmann::json shapes;
    const auto write = [&](const char* name, const at::Tensor& given) {
        const at::Tensor values = (given.defined() ? given : at::zeros({items, 0})).to(at::kDouble).contiguous();
        writeRaw<double>(folder.file(name), {values.const_data_ptr<double>(), static_cast<std::size_t>(values.numel())});
        shapes[name] = values.sizes().vec();
    };
    write("x", in.x), write("noise", in.noise), write("labels", in.labels), write("augment", in.augment);
    writeFile(folder.file("shapes.json"), shapes.dump());
    runPython(readFile(std::string(LARMOR_SOURCE_DIR) + "/tests/numeric/network_reference.py"), {folder.path()});
    auto expected = readRaw<double>(folder.file("expected"));
    const auto loaded = recon::networks::loadPrior(folder.file("prior.safetensors"), c10::kCPU);
    loaded.network->arithmetic.bfloat16 = false;
    return relativeDistance(in.through(*loaded.network), at::from_blob(expected.data(), in.x.sizes(), at::kDouble));
}

}  // namespace larmor::test
