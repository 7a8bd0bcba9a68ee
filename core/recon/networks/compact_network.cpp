#include "core/recon/networks/compact_network.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/base/array.h"
#include "core/base/data/prior_card.h"
#include "core/recon/networks/config_reader.h"

namespace larmor::recon::networks {

namespace {
constexpr Initial kXavier{};
constexpr Initial kNearZero{Initial::Scheme::XavierUniform, 1e-5, 0};
constexpr double kEpsilon = 1e-5;
// c_noise = ln(sigma) / 4 spans about 2.6 between sigma 0.002 and 80.
constexpr std::int64_t kFrequencies = 32;
constexpr double kHighest = 16, kLowest = 0.25;  ///< radians a unit of c_noise

std::string numbered(const char* name, std::size_t index) {
    return name + std::to_string(index);
}

at::Tensor paddedTo(const at::Tensor& x, std::int64_t unit) {
    const auto missing = [unit](std::int64_t n) { return (unit - n % unit) % unit; };
    const std::int64_t rows = missing(x.size(2)), columns = missing(x.size(3));
    return rows + columns == 0 ? x : at::replication_pad2d(x, {0, columns, 0, rows});
}
}  // namespace

CompactConfig CompactConfig::fromJson(const nlohmann::json& json) {
    ConfigReader read("compact", json);
    CompactConfig config;
    config.patch = read.integer("patch", config.patch, 1, 4);
    config.channels = read.integers("channels", config.channels, 4, 2048);
    if (config.channels.empty()) read.refuse("channels", "a list of at least one level");
    for (const std::int64_t channels : config.channels)
        if (!GroupNorm::divides(channels)) read.refuse("channels", "multiples of 4, from 128 on of 32");
    if (json.contains("channels")) config.blocks.assign(config.channels.size(), 2);
    config.blocks = read.integers("blocks", config.blocks, 1, 16);
    if (config.blocks.size() != config.channels.size()) read.refuse("blocks", "one number for each of 'channels'");
    config.embedding = read.integer("embedding", config.embedding, 8, 4096);
    config.augment = read.integer("augment", config.augment, 0, 64);
    config.head = read.integer("head", config.head, 0, 256);
    config.complete = read.finish();
    return config;
}

CompactNetwork::CompactNetwork(const CompactConfig& config, std::uint64_t seed, Fill fill) : m_sizes(config) {
    m_config = config.complete;
    const ParameterFactory make(m_parameters, seed, fill);
    const std::int64_t embedding = config.embedding, area = config.patch * config.patch, width = config.channels.front();
    m_labelColumns = kContrastClasses;
    m_augmentColumns = config.augment;
    m_mapNoise = Linear(make.below("map_noise"), 2 * kFrequencies, embedding, kXavier);
    m_mapLabel = Linear(make.below("map_label"), kContrastClasses, embedding, kXavier, false);
    if (config.augment > 0) m_mapAugment = Linear(make.below("map_augment"), config.augment, embedding, kXavier, false);
    m_mapLayer = Linear(make.below("map_layer"), embedding, embedding, kXavier);
    m_stem = Conv2d(make.below("stem"), 2 * area, width, 3, kXavier);
    for (std::size_t level = 0; level < config.channels.size(); ++level)
        m_levels.push_back(makeLevel(make.below(numbered("level", level)), level));
    m_outNorm = GroupNorm(make.below("out_norm"), width, kEpsilon);
    m_out = Conv2d(make.below("out"), width, area * std::max<std::int64_t>(config.head, 2), 3, config.head > 0 ? kXavier : kNearZero);
    if (config.head == 0) return;
    m_headIn = Conv2d(make.below("head_in"), 2, config.head, 3, kXavier);
    m_head = Conv2d(make.below("head"), config.head, config.head, 3, kXavier);
    m_headOut = Conv2d(make.below("head_out"), config.head, 2, 3, kNearZero);
}

CompactNetwork::Level CompactNetwork::makeLevel(const ParameterFactory& make, std::size_t level) const {
    Level result;
    const std::int64_t width = m_sizes.channels[level];
    const auto blocks = static_cast<std::size_t>(m_sizes.blocks[level]);
    for (std::size_t i = 0; i < blocks; ++i) result.down.emplace_back(make.below(numbered("down", i)), width, width, m_sizes.embedding);
    if (level + 1 == m_sizes.channels.size()) return result;
    const std::int64_t coarse = m_sizes.channels[level + 1];
    result.halve = Conv2d(make.below("halve"), 4 * width, coarse, 1, kXavier);
    result.widen = Conv2d(make.below("widen"), coarse, 4 * width, 1, kXavier);
    for (std::size_t i = 0; i < blocks; ++i)
        result.up.emplace_back(make.below(numbered("up", i)), i == 0 ? 2 * width : width, width, m_sizes.embedding);
    return result;
}

at::Tensor CompactNetwork::embed(const at::Tensor& noise, const at::Tensor& labels, const at::Tensor& augment, const Pass& pass) const {
    at::Tensor embedding = m_mapNoise(sinusoids(noise, kFrequencies, kHighest, kLowest), pass);
    const at::Tensor classes = checkedColumns(labels, noise.size(0), m_labelColumns, "labels");
    const at::Tensor changes = checkedColumns(augment, noise.size(0), m_augmentColumns, "augmentation labels");
    if (classes.defined()) embedding = embedding + m_mapLabel(classes * std::sqrt(static_cast<double>(kContrastClasses)), pass);
    if (changes.defined()) embedding = embedding + m_mapAugment(changes, pass);
    return at::silu(m_mapLayer(at::silu(embedding), pass));
}

at::Tensor CompactNetwork::body(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const {
    std::vector<at::Tensor> skips;
    at::Tensor h = x;
    for (std::size_t i = 0; i < m_levels.size(); ++i) {
        if (i > 0) h = m_levels[i - 1].halve(at::pixel_unshuffle(h, 2).contiguous(at::MemoryFormat::ChannelsLast), pass);
        for (const auto& block : m_levels[i].down) h = block(h, embedding, pass);
        skips.push_back(h);
    }
    for (std::size_t i = m_levels.size() - 1; i-- > 0;) {
        const at::Tensor finer = at::pixel_shuffle(m_levels[i].widen(h, pass), 2);
        h = at::cat({finer, skips[i]}, 1);
        for (const auto& block : m_levels[i].up) h = block(h, embedding, pass);
    }
    return h;
}

at::Tensor CompactNetwork::lastLayers(const at::Tensor& features, const at::Tensor& x, const Pass& pass) const {
    const at::Tensor image = at::pixel_shuffle(m_out(m_outNorm.silu(features, pass), pass), m_sizes.patch);
    if (m_sizes.head == 0) return image;
    const at::Tensor mixed = at::silu(image + m_headIn(x, pass));
    return m_headOut(at::silu(m_head(mixed, pass)), pass);
}

at::Tensor CompactNetwork::evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels,
                                    const at::Tensor& augment) const {
    checkShape(x.sizes().vec(), {noise.size(0), 2, -1, -1}, "image");
    const Pass pass = passOf(*this);
    const auto coarsest = std::int64_t{1} << (m_levels.size() - 1);
    const at::Tensor whole = paddedTo(x, m_sizes.patch * coarsest).to(pass.type);
    const at::Tensor folded = at::pixel_unshuffle(whole, m_sizes.patch).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor features = body(m_stem(folded, pass), embed(noise, labels, augment, pass), pass);
    const at::Tensor result = lastLayers(features, whole.contiguous(at::MemoryFormat::ChannelsLast), pass);
    return result.narrow(2, 0, x.size(2)).narrow(3, 0, x.size(3)).to(at::kFloat);
}

}  // namespace larmor::recon::networks
