// An image in a batch is bit for bit the same image alone, forwards and in the vector-Jacobian product.
#include <doctest/doctest.h>

#include <torch/csrc/autograd/autograd.h>

#include "core/recon/device.h"
#include "tests/numeric/network_samples.h"

using namespace larmor;
using namespace larmor::recon::networks;
using namespace larmor::test;
using nlohmann::json;

namespace {

struct Sample {
    std::string family;
    json config;
    std::int64_t rows, columns;
};

/// One of each family, with attention, channels that do and do not fill vectors, odd sizes, and levels of more than 1024 pixels.
std::vector<Sample> samples() {
    const json song{{"img_resolution", 16},      {"label_dim", 3},  {"augment_dim", 4},       {"model_channels", 16},
                    {"channel_mult", {1, 2, 2}}, {"num_blocks", 1}, {"attn_resolutions", {4}}};
    json ncsnpp = song, fixed = song;
    ncsnpp["architecture"] = "ncsnpp";
    fixed["resample"] = "bilinear_fixed";
    const json adm{{"img_resolution", 8},    {"label_dim", 3},          {"augment_dim", 4}, {"model_channels", 64},
                   {"channel_mult", {1, 2}}, {"attn_resolutions", {4}}, {"num_blocks", 1}};
    const json compact{{"channels", {16, 32}}, {"blocks", {1, 1}}, {"embedding", 32}, {"head", 16}};
    const json narrow{{"channels", {20, 40}}, {"blocks", {1, 1}}, {"embedding", 24}, {"patch", 1}, {"augment", 5}};
    return {{"compact", compact, 96, 80}, {"compact", compact, 48, 33}, {"compact", narrow, 48, 40},
            {"song-unet", song, 16, 16},  {"song-unet", song, 48, 40},  {"song-unet", ncsnpp, 48, 40},
            {"song-unet", fixed, 23, 14}, {"adm", adm, 8, 8},           {"adm", adm, 48, 40}};
}

at::Tensor productWith(const at::Tensor& v, NetworkInput in, const Network& network) {
    in.x = in.x.clone().requires_grad_(true);
    return torch::autograd::grad({in.through(network)}, {in.x}, {v}).front();
}

void checkItems(const Network& network, const NetworkInput& batch) {
    const at::Tensor v = normalTensor(batch.x.sizes().vec(), 5), product = productWith(v, batch, network);
    const c10::NoGradGuard noAutograd;
    const at::Tensor whole = batch.through(network);
    for (std::int64_t i = 0; i < batch.x.size(0); ++i) {
        CAPTURE(i);
        CHECK(at::equal(batch.items(i, 1).through(network), whole.narrow(0, i, 1)));
        const at::AutoGradMode recording(true);
        CHECK(at::equal(productWith(v.narrow(0, i, 1).contiguous(), batch.items(i, 1), network), product.narrow(0, i, 1)));
    }
}

}  // namespace

TEST_CASE("A batch of three images gives the bits of the three alone, in every family of networks") {
    std::vector<bool> arithmetics{false};
    if (recon::computesBfloat16(c10::kCPU)) arithmetics.push_back(true);
    for (const auto& [family, config, rows, columns] : samples())
        for (const bool bfloat16 : arithmetics) {
            CAPTURE(family);
            CAPTURE(config.dump());
            CAPTURE(bfloat16);
            const auto network = livelyNetwork(family, config);
            network->arithmetic.bfloat16 = bfloat16;
            checkItems(*network, networkInput(*network, 3, rows, columns));
        }
}
