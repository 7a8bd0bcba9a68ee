#pragma once
#include <vector>

#include "core/recon/networks/layers.h"

namespace larmor::recon::networks {

/// y = x' + conv(silu(norm(conv(silu(norm(x)))) (1 + a) + b)) with a, b linear in the embedding; x' is x, or a 1x1
/// convolution of it where the number of channels changes. The second convolution starts near zero.
class CompactBlock {
public:
    CompactBlock(const ParameterFactory& make, std::int64_t in, std::int64_t out, std::int64_t embedding);
    /// @param x [B, in, H, W]; @param embedding [B, embedding] float32
    [[nodiscard]] at::Tensor operator()(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const;

private:
    [[nodiscard]] at::Tensor run(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const;

    GroupNorm m_norm0, m_norm1;
    Conv2d m_conv0, m_conv1, m_skip;
    Linear m_affine;
    bool m_hasSkip = false;
    std::vector<at::Tensor> m_parameters;
};

}  // namespace larmor::recon::networks
