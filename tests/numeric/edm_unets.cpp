// SongUNet and ADM: the sizes of the public networks, their state dicts, and their arithmetic against NumPy.
#include <doctest/doctest.h>

#include <torch/csrc/autograd/autograd.h>

#include "tests/numeric/network_samples.h"

using namespace larmor;
using namespace larmor::recon::networks;
using namespace larmor::test;
using nlohmann::json;

namespace {
constexpr double kSinglePrecision = 3e-5;

std::int64_t countOf(const std::string& family, const json& config) {
    return makeNetwork(family, config, 1, Fill::Shapes)->parameters().count();
}

json with(json config, const json& changes) {
    config.update(changes);
    return config;
}

// Three levels with attention at 4 and, always, at the start of the decoder.
const json kSong{{"img_resolution", 16},      {"label_dim", 3},  {"augment_dim", 4},       {"model_channels", 16},
                 {"channel_mult", {1, 2, 2}}, {"num_blocks", 1}, {"attn_resolutions", {4}}};
const json kAdm{{"img_resolution", 8},    {"label_dim", 3},          {"augment_dim", 4}, {"model_channels", 64},
                {"channel_mult", {1, 2}}, {"attn_resolutions", {4}}, {"num_blocks", 1}};
}  // namespace

TEST_CASE("As many weights as the published networks have") {
    const json rgb{{"in_channels", 3}, {"out_channels", 3}};
    // NVlabs/edm: CIFAR-10 (unconditional) and FFHQ-64 with augmentation labels, ADM for ImageNet-64.
    const json cifar = with(rgb, {{"img_resolution", 32},
                                  {"augment_dim", 9},
                                  {"model_channels", 128},
                                  {"channel_mult", {2, 2, 2}},
                                  {"num_blocks", 4},
                                  {"attn_resolutions", {16}}});
    CHECK(countOf("song-unet", cifar) == 55'733'891);
    CHECK(countOf("song-unet", with(cifar, {{"img_resolution", 64}, {"channel_mult", {1, 2, 2, 2}}})) == 61'805'571);
    const json imageNet = with(rgb, {{"img_resolution", 64},
                                     {"label_dim", 1000},
                                     {"model_channels", 192},
                                     {"channel_mult", {1, 2, 3, 4}},
                                     {"num_blocks", 3},
                                     {"attn_resolutions", {32, 16, 8}}});
    CHECK(countOf("adm", imageNet) == 295'899'267);
    // The stroke paper's networks (utcsilab/edm), without the 7 columns for augmentation, and InverseBench's for MRI.
    const json stroke{{"img_resolution", 320}, {"model_channels", 128},    {"channel_mult", {1, 1, 2, 2, 2, 2, 2}},
                      {"num_blocks", 2},       {"attn_resolutions", {12}}, {"resample", "bilinear_fixed"}};
    CHECK(countOf("song-unet", stroke) == 64'669'570);
    CHECK(countOf("song-unet", with(stroke, {{"augment_dim", 7}})) == 64'669'570 + 7 * 128);
    CHECK(countOf("song-unet", with(stroke, {{"label_dim", 4}})) == 64'670'210);
    CHECK(countOf("song-unet", with(stroke, {{"label_dim", 5}})) == 64'670'338);
    CHECK(countOf("song-unet", with(stroke, {{"img_resolution", 192}})) == 65'460'610);
    CHECK(countOf("song-unet", with(stroke, {{"img_resolution", 384}})) == 65'460'610);
    const json inverseBench{
        {"img_resolution", 320}, {"model_channels", 128}, {"channel_mult", {1, 1, 1, 2, 2}}, {"num_blocks", 1}, {"attn_resolutions", {16}}};
    CHECK(countOf("adm", inverseBench) == 26'002'050);
}

TEST_CASE("The names and shapes of EDM's state dicts") {
    const auto hasAll = [](const std::string& family, const json& config, const std::vector<std::pair<std::string, Shape>>& expected) {
        const auto network = makeNetwork(family, config, 1, Fill::Shapes);
        for (const auto& [name, shape] : expected) {
            CAPTURE(name);
            const at::Tensor* found = network->parameters().find(name);
            REQUIRE(found != nullptr);
            CHECK(toText(found->sizes().vec()) == toText(shape));
        }
    };
    hasAll("song-unet", kSong,
           {{"map_label.weight", {16, 3}},
            {"map_label.bias", {16}},
            {"map_augment.weight", {16, 4}},
            {"map_layer0.weight", {64, 16}},
            {"enc.16x16_conv.weight", {16, 2, 3, 3}},
            {"enc.8x8_down.conv0.resample_filter", {1, 1, 2, 2}},
            {"enc.8x8_down.skip.weight", {16, 16, 1, 1}},
            {"enc.8x8_down.skip.resample_filter", {1, 1, 2, 2}},
            {"enc.8x8_block0.affine.weight", {32, 64}},
            {"enc.4x4_block0.qkv.weight", {96, 32, 1, 1}},
            {"enc.4x4_block0.norm2.bias", {32}},
            {"dec.4x4_in0.proj.bias", {32}},
            {"dec.4x4_block1.norm0.weight", {64}},
            {"dec.8x8_up.conv0.resample_filter", {1, 1, 2, 2}},
            {"dec.16x16_aux_norm.weight", {16}},
            {"dec.16x16_aux_conv.weight", {2, 16, 3, 3}}});
    hasAll("song-unet", with(kSong, {{"architecture", "ncsnpp"}}),
           {{"map_noise.freqs", {16}},
            {"map_layer0.weight", {64, 32}},
            {"enc.8x8_aux_residual.weight", {16, 2, 3, 3}},
            {"enc.4x4_aux_residual.weight", {32, 16, 3, 3}},
            {"enc.8x8_aux_residual.resample_filter", {1, 1, 4, 4}},
            {"enc.8x8_down.conv0.resample_filter", {1, 1, 4, 4}}});
    hasAll("adm", kAdm,
           {{"map_label.weight", {256, 3}},
            {"enc.8x8_conv.weight", {64, 2, 3, 3}},
            {"enc.4x4_down.skip.resample_filter", {1, 1, 2, 2}},
            {"enc.4x4_block0.affine.weight", {256, 256}},
            {"dec.4x4_block0.qkv.weight", {384, 128, 1, 1}},
            {"out_norm.weight", {64}},
            {"out_conv.weight", {2, 64, 3, 3}}});
    CHECK(makeNetwork("adm", kAdm, 1, Fill::Shapes)->parameters().find("enc.4x4_down.skip.weight") == nullptr);
    CHECK(makeNetwork("adm", kAdm, 1, Fill::Shapes)->parameters().find("map_label.bias") == nullptr);
    CHECK(makeNetwork("song-unet", kSong, 1, Fill::Shapes)->parameters().find("dec.4x4_block0.qkv.weight") == nullptr);
}

TEST_CASE("ddpmpp against NumPy: its own size, other aspect ratios and odd sizes, fixed square levels") {
    CHECK(distanceFromNumPy("song-unet", kSong, 3, 16, 16) < kSinglePrecision);
    CHECK(distanceFromNumPy("song-unet", kSong, 1, 13, 22) < kSinglePrecision);
    const json fixed = with(kSong, {{"resample", "bilinear_fixed"}});
    CHECK(distanceFromNumPy("song-unet", fixed, 2, 16, 16) < kSinglePrecision);
    CHECK(distanceFromNumPy("song-unet", fixed, 1, 23, 14) < kSinglePrecision);
    CHECK(distanceFromNumPy("song-unet", with(kSong, {{"label_dim", 0}, {"augment_dim", 0}}), 1, 8, 12) < kSinglePrecision);
}

TEST_CASE("ncsnpp against NumPy") {
    const json ncsnpp = with(kSong, {{"architecture", "ncsnpp"}});
    CHECK(distanceFromNumPy("song-unet", ncsnpp, 2, 16, 16) < kSinglePrecision);
    CHECK(distanceFromNumPy("song-unet", ncsnpp, 1, 11, 14) < kSinglePrecision);
}

TEST_CASE("ADM against NumPy, two heads of attention at the coarse level") {
    CHECK(distanceFromNumPy("adm", kAdm, 2, 8, 8) < kSinglePrecision);
    CHECK(distanceFromNumPy("adm", kAdm, 1, 7, 10) < kSinglePrecision);
}

TEST_CASE("bfloat16, recomputed blocks and the vector-Jacobian product in the EDM networks") {
    for (const auto& [family, config] : {std::pair<std::string, json>{"song-unet", kSong},
                                         {"song-unet", with(kSong, {{"architecture", "ncsnpp"}})},
                                         {"song-unet", with(kSong, {{"resample", "bilinear_fixed"}})},
                                         {"adm", kAdm}}) {
        CAPTURE(family);
        CAPTURE(config.dump());
        const auto network = livelyNetwork(family, config);
        NetworkInput in = networkInput(*network, 2, 12, 9);
        const at::Tensor v = normalTensor(in.x.sizes().vec(), 5), step = normalTensor(in.x.sizes().vec(), 6);
        const at::Tensor exact = in.through(*network);
        const double h = 1e-3;
        NetworkInput ahead = in, behind = in;
        ahead.x = in.x + step * h, behind.x = in.x - step * h;
        const double expected = ((ahead.through(*network) - behind.through(*network)).to(at::kDouble) * v).sum().item<double>() / (2 * h);
        in.x.requires_grad_(true);
        const at::Tensor product = torch::autograd::grad({in.through(*network)}, {in.x}, {v}).front();
        CHECK(std::abs((product.to(at::kDouble) * step).sum().item<double>() - expected) < 5e-3 * std::abs(expected));
        network->checkpointing = true;
        CHECK(relativeDistance(torch::autograd::grad({in.through(*network)}, {in.x}, {v}).front(), product) < 1e-6);
        network->arithmetic.bfloat16 = true;
        CHECK(relativeDistance(in.through(*network), exact) < 0.04);
        CHECK(relativeDistance(torch::autograd::grad({in.through(*network)}, {in.x}, {v}).front(), product) < 0.06);
    }
}

TEST_CASE("Labels of another number than the network's own are refused; without labels the classes' bias still counts") {
    const auto network = livelyNetwork("song-unet", kSong);
    NetworkInput in = networkInput(*network, 1, 8, 8);
    in.labels = at::zeros({1, 16});
    CHECK_THROWS_AS((void)in.through(*network), ShapeError);
    in.labels = at::zeros({1, 3});
    const at::Tensor zeros = in.through(*network);
    in.labels.reset();
    CHECK(at::equal(in.through(*network), zeros));
}

TEST_CASE("Options of the EDM networks that are wrong are named") {
    const auto reasonOf = [](const std::string& family, const json& config) -> std::string {
        try {
            (void)makeNetwork(family, config, 1, Fill::Shapes);
        } catch (const InputError& error) {
            return error.what();
        }
        return "no error";
    };
    json nameless = kSong;
    nameless.erase("img_resolution");
    CHECK(reasonOf("song-unet", nameless).find("img_resolution") != std::string::npos);
    CHECK(reasonOf("song-unet", with(kSong, {{"resample", "cubic"}})).find("bilinear_fixed") != std::string::npos);
    CHECK(reasonOf("song-unet", with(kSong, {{"resample", "bilinear_fixed"}, {"architecture", "ncsnpp"}})).find("resample") !=
          std::string::npos);
    CHECK(reasonOf("song-unet", with(kSong, {{"model_channels", 132}})).find("model_channels") != std::string::npos);
    CHECK(reasonOf("song-unet", with(kSong, {{"img_resolution", 2}})).find("img_resolution") != std::string::npos);
    CHECK(reasonOf("adm", with(kAdm, {{"model_channels", 32}})).find("64") != std::string::npos);
    CHECK(reasonOf("adm", with(kAdm, {{"resample", "box"}})).find("resample") != std::string::npos);
}
