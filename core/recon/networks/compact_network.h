#pragma once
// Our own small denoiser: a fully convolutional residual U-Net without attention, meant for a few CPU cores. The image is folded into
// `patch` x `patch` blocks first, as in FFDNet [Zhang 2018]; levels halve the size; noise level and contrast scale and shift every block.

#include <vector>

#include "core/recon/networks/compact_block.h"

namespace larmor::recon::networks {

/// Options and their defaults; sizes that do not divide are padded by repeating the border and cropped at the end.
struct CompactConfig {
    std::int64_t patch = 2;                                ///< 1 to 4
    std::vector<std::int64_t> channels{64, 96, 160, 256};  ///< a level each, from fine to coarse
    std::vector<std::int64_t> blocks{1, 2, 2, 4};          ///< residual blocks a level, on the way down and on the way up
    std::int64_t embedding = 256;
    std::int64_t augment = 0;  ///< columns that describe an augmentation
    std::int64_t head = 0;     ///< channels of two last convolutions on the full matrix; 0: none
    nlohmann::json complete;   ///< all of it
    /// @throws InputError
    [[nodiscard]] static CompactConfig fromJson(const nlohmann::json& json);
};

class CompactNetwork final : public Network {
public:
    CompactNetwork(const CompactConfig& config, std::uint64_t seed, Fill fill);

private:
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels,
                                      const at::Tensor& augment) const override;
    struct Level {
        std::vector<CompactBlock> down, up;
        Conv2d halve, widen;  ///< to and from the next coarser level
    };
    [[nodiscard]] Level makeLevel(const ParameterFactory& make, std::size_t level) const;
    [[nodiscard]] at::Tensor embed(const at::Tensor& noise, const at::Tensor& labels, const at::Tensor& augment, const Pass& pass) const;
    [[nodiscard]] at::Tensor body(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const;
    [[nodiscard]] at::Tensor lastLayers(const at::Tensor& features, const at::Tensor& x, const Pass& pass) const;

    CompactConfig m_sizes;
    Linear m_mapNoise, m_mapLabel, m_mapAugment, m_mapLayer;
    Conv2d m_stem, m_out, m_headIn, m_head, m_headOut;
    GroupNorm m_outNorm;
    std::vector<Level> m_levels;
};

}  // namespace larmor::recon::networks
