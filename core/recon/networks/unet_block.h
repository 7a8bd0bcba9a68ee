#pragma once
// The residual block of EDM's U-Nets, in the forms of SongUNet and of ADM [Karras 2022, appendix; NVlabs/edm's UNetBlock].

#include <vector>

#include "core/recon/networks/resampled_conv.h"

namespace larmor::recon::networks {

/// What all blocks of a network have in common.
struct BlockStyle {
    std::int64_t embedding = 0;
    std::int64_t channelsPerHead = 0;  ///< of attention; 0: one head
    double skipScale = 1, epsilon = 1e-5;
    bool projectsResampled = false;  ///< the skip of a resampling block has a 1x1 convolution even where the channels stay
    bool scales = false;             ///< the embedding scales and shifts after the second norm; else it is added before it
    Initial initial, last, attention;
};

class UnetBlock {
public:
    UnetBlock(const ParameterFactory& make, std::int64_t in, std::int64_t out, Resample mode, const Resampling& resampling,
              bool hasAttention, const BlockStyle& style);
    /// @param x [B, in, H, W]; @param embedding [B, embedding] float32
    [[nodiscard]] at::Tensor operator()(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const;

private:
    [[nodiscard]] at::Tensor run(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const;
    [[nodiscard]] at::Tensor attended(const at::Tensor& x, const Pass& pass) const;

    std::int64_t m_heads = 0;
    double m_skipScale = 1;
    bool m_scales = false, m_hasSkip = false;
    GroupNorm m_norm0, m_norm1, m_norm2;
    ResampledConv m_conv0, m_skip;
    Conv2d m_conv1, m_qkv, m_proj;
    Linear m_affine;
    std::vector<at::Tensor> m_parameters;
};

}  // namespace larmor::recon::networks
