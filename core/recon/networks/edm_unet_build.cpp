// How an EDM U-Net is put together: names, shapes and initial values.
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/recon/networks/edm_unet.h"

namespace larmor::recon::networks {

namespace {
constexpr double kSongEpsilon = 1e-6, kAdmEpsilon = 1e-5;
constexpr double kFourierDeviation = 16;

BlockStyle songStyle(std::int64_t embedding) {
    const Initial initial{Initial::Scheme::XavierUniform, 1, 0};
    return {.embedding = embedding,
            .channelsPerHead = 0,
            .skipScale = std::sqrt(0.5),
            .epsilon = kSongEpsilon,
            .projectsResampled = true,
            .scales = false,
            .initial = initial,
            .last = {Initial::Scheme::XavierUniform, 1e-5, 0},
            .attention = {Initial::Scheme::XavierUniform, std::sqrt(0.2), 0}};
}

BlockStyle admStyle(std::int64_t embedding) {
    const Initial initial{Initial::Scheme::KaimingUniform, std::sqrt(1.0 / 3), std::sqrt(1.0 / 3)};
    return {.embedding = embedding,
            .channelsPerHead = 64,
            .skipScale = 1,
            .epsilon = kAdmEpsilon,
            .projectsResampled = false,
            .scales = true,
            .initial = initial,
            .last = {Initial::Scheme::KaimingUniform, 0, 0},
            .attention = initial};
}
}  // namespace

EdmUnet::EdmUnet(const EdmUnetConfig& config, std::uint64_t seed, Fill fill) : m_sizes(config), m_levels(config.multiples.size()) {
    m_config = config.complete;
    const std::int64_t embedding = config.modelChannels * config.embeddingFactor;
    m_style = config.isAdm ? admStyle(embedding) : songStyle(embedding);
    m_labelColumns = config.labels;
    m_augmentColumns = config.augment;
    const ParameterFactory make(m_parameters, seed, fill);
    makeEmbedding(make);
    makeEncoder(make.below("enc"));
    makeDecoder(make.below("dec"));
    const ParameterFactory end = config.isAdm ? make : make.below("dec");
    m_lastNorm = GroupNorm(end.below(config.isAdm ? "out_norm" : sized(0, "aux_norm")), m_width, m_style.epsilon);
    m_last = Conv2d(end.below(config.isAdm ? "out_conv" : sized(0, "aux_conv")), m_width, config.outChannels, 3, m_style.last);
}

std::string EdmUnet::sized(std::size_t level, const std::string& name) const {
    const std::int64_t size = m_sizes.resolution >> level;
    return fmt::format("{}x{}_{}", size, size, name);
}

Resampling EdmUnet::resamplingTo(std::size_t level) const {
    Resampling resampling;
    if (m_sizes.isNcsnpp) resampling.taps = {1, 3, 3, 1};
    if (m_sizes.hasFixedSizes) resampling.fixedSize = m_sizes.resolution >> level;
    return resampling;
}

void EdmUnet::makeEmbedding(const ParameterFactory& make) {
    const std::int64_t width = m_sizes.modelChannels, embedding = m_style.embedding;
    const std::int64_t features = m_sizes.isNcsnpp ? 2 * width : width;
    const Initial& initial = m_style.initial;
    if (m_sizes.isNcsnpp) m_frequencies = make.below("map_noise").normalBuffer("freqs", {features / 2}, kFourierDeviation);
    if (m_sizes.augment > 0)
        m_mapAugment = Linear(make.below("map_augment"), m_sizes.augment, features, m_sizes.isAdm ? m_style.last : initial, false);
    m_mapLayer0 = Linear(make.below("map_layer0"), features, embedding, initial);
    m_mapLayer1 = Linear(make.below("map_layer1"), embedding, embedding, initial);
    if (m_sizes.labels == 0) return;
    const Initial classes{Initial::Scheme::KaimingNormal, std::sqrt(static_cast<double>(m_sizes.labels)), 0};
    m_mapLabel = m_sizes.isAdm ? Linear(make.below("map_label"), m_sizes.labels, embedding, classes, false)
                               : Linear(make.below("map_label"), m_sizes.labels, features, initial);
}

void EdmUnet::makeEncoder(const ParameterFactory& make) {
    std::int64_t imageWidth = m_sizes.inChannels;
    m_width = m_sizes.isAdm ? m_sizes.modelChannels * m_sizes.multiples.front() : m_sizes.modelChannels;
    m_first = Conv2d(make.below(sized(0, "conv")), m_sizes.inChannels, m_width, 3, m_style.initial);
    m_skipChannels.push_back(m_width);
    for (std::size_t level = 0; level < m_levels.size(); ++level) {
        if (level > 0) {
            m_levels[level].down.emplace_back(make.below(sized(level, "down")), m_width, m_width, Resample::Down, resamplingTo(level),
                                              false, m_style);
            if (m_sizes.isNcsnpp)
                m_levels[level].fromImage = ResampledConv(make.below(sized(level, "aux_residual")), imageWidth, m_width, 3, Resample::Down,
                                                          resamplingTo(level), m_style.initial);
            imageWidth = m_width;
            m_skipChannels.push_back(m_width);
        }
        const bool attends = m_sizes.attendsAt(m_sizes.resolution >> level);
        for (std::int64_t i = 0; i < m_sizes.blocks; ++i) {
            const std::int64_t out = m_sizes.modelChannels * m_sizes.multiples[level];
            m_levels[level].encoder.emplace_back(make.below(sized(level, fmt::format("block{}", i))), m_width, out, Resample::None,
                                                 Resampling{}, attends, m_style);
            m_width = out;
            m_skipChannels.push_back(out);
        }
    }
}

void EdmUnet::makeDecoder(const ParameterFactory& make) {
    std::vector<std::int64_t> skips = m_skipChannels;
    for (std::size_t level = m_levels.size(); level-- > 0;) {
        const auto entry = [&](const char* name, Resample mode, bool attends) {
            m_levels[level].entry.emplace_back(make.below(sized(level, name)), m_width, m_width, mode, resamplingTo(level), attends,
                                               m_style);
        };
        if (level + 1 == m_levels.size())
            entry("in0", Resample::None, true), entry("in1", Resample::None, false);
        else
            entry("up", Resample::Up, false);
        for (std::int64_t i = 0; i <= m_sizes.blocks; ++i) {
            const std::int64_t in = m_width + skips.back(), out = m_sizes.modelChannels * m_sizes.multiples[level];
            const bool attends = m_sizes.attendsAt(m_sizes.resolution >> level) && (m_sizes.isAdm || i == m_sizes.blocks);
            m_levels[level].decoder.emplace_back(make.below(sized(level, fmt::format("block{}", i))), in, out, Resample::None, Resampling{},
                                                 attends, m_style);
            skips.pop_back();
            m_width = out;
        }
    }
}

}  // namespace larmor::recon::networks
