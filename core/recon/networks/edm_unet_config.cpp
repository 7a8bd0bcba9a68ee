#include <algorithm>

#include "core/recon/networks/config_reader.h"
#include "core/recon/networks/edm_unet.h"

namespace larmor::recon::networks {

namespace {
constexpr std::int64_t kAdmChannelsPerHead = 64;

void readSongOptions(ConfigReader& read, EdmUnetConfig& config) {
    config.isNcsnpp = read.choice("architecture", "ddpmpp", {"ddpmpp", "ncsnpp"}) == "ncsnpp";
    config.hasFixedSizes = read.choice("resample", "box", {"box", "bilinear_fixed"}) == "bilinear_fixed";
    if (config.hasFixedSizes && config.isNcsnpp) read.refuse("resample", "box: an ncsnpp network has no fixed sizes");
}

void setAdmDefaults(EdmUnetConfig& config) {
    config.modelChannels = 192;
    config.blocks = 3;
    config.multiples = {1, 2, 3, 4};
    config.attention = {32, 16, 8};
}

void checkWidths(const ConfigReader& read, const EdmUnetConfig& config) {
    if (config.multiples.empty()) read.refuse("channel_mult", "a list of at least one level");
    if (config.resolution >> (config.multiples.size() - 1) < 1) read.refuse("img_resolution", "large enough for the levels");
    for (const std::int64_t multiple : config.multiples) {
        const std::int64_t width = config.modelChannels * multiple;
        if (!GroupNorm::divides(width)) read.refuse("model_channels", "such that groups of channels are of equal size");
        if (config.isAdm && width % kAdmChannelsPerHead != 0) read.refuse("model_channels", "a multiple of 64, the channels of a head");
    }
}
}  // namespace

bool EdmUnetConfig::attendsAt(std::int64_t size) const {
    return std::find(attention.begin(), attention.end(), size) != attention.end();
}

EdmUnetConfig EdmUnetConfig::fromJson(const std::string& family, const nlohmann::json& json) {
    ConfigReader read(family, json);
    EdmUnetConfig config;
    config.isAdm = family == "adm";
    if (config.isAdm)
        setAdmDefaults(config);
    else
        readSongOptions(read, config);
    read.require("img_resolution");
    config.resolution = read.integer("img_resolution", 0, 1, 4096);
    config.inChannels = read.integer("in_channels", config.inChannels, 1, 64);
    config.outChannels = read.integer("out_channels", config.outChannels, 1, 64);
    config.labels = read.integer("label_dim", 0, 0, 100'000);
    config.augment = read.integer("augment_dim", 0, 0, 64);
    config.modelChannels = read.integer("model_channels", config.modelChannels, 4, 1024);
    config.embeddingFactor = read.integer("channel_mult_emb", config.embeddingFactor, 1, 16);
    config.blocks = read.integer("num_blocks", config.blocks, 1, 16);
    config.multiples = read.integers("channel_mult", config.multiples, 1, 16);
    config.attention = read.integers("attn_resolutions", config.attention, 1, 4096);
    config.complete = read.finish();
    checkWidths(read, config);
    return config;
}

}  // namespace larmor::recon::networks
