#include "core/recon/networks/unet_block.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/networks/checkpoint.h"

namespace larmor::recon::networks {

UnetBlock::UnetBlock(const ParameterFactory& make, std::int64_t in, std::int64_t out, Resample mode, const Resampling& resampling,
                     bool hasAttention, const BlockStyle& style)
    : m_skipScale(style.skipScale), m_scales(style.scales), m_hasSkip(in != out || mode != Resample::None) {
    const std::size_t first = make.set().entries().size();
    m_norm0 = GroupNorm(make.below("norm0"), in, style.epsilon);
    m_conv0 = ResampledConv(make.below("conv0"), in, out, 3, mode, resampling, style.initial);
    m_affine = Linear(make.below("affine"), style.embedding, style.scales ? 2 * out : out, style.initial);
    m_norm1 = GroupNorm(make.below("norm1"), out, style.epsilon);
    m_conv1 = Conv2d(make.below("conv1"), out, out, 3, style.last);
    if (m_hasSkip) {
        const std::int64_t kernel = in != out || style.projectsResampled ? 1 : 0;
        m_skip = ResampledConv(make.below("skip"), in, out, kernel, mode, resampling, style.initial);
    }
    if (hasAttention) {
        m_heads = style.channelsPerHead > 0 ? out / style.channelsPerHead : 1;
        m_norm2 = GroupNorm(make.below("norm2"), out, style.epsilon);
        m_qkv = Conv2d(make.below("qkv"), out, 3 * out, 1, style.attention);
        m_proj = Conv2d(make.below("proj"), out, out, 1, style.last);
    }
    m_parameters = make.set().trainedFrom(first);
}

at::Tensor UnetBlock::attended(const at::Tensor& x, const Pass& pass) const {
    // Channel (head C + c) 3 + {0, 1, 2} holds component c of query, key and value of a head with C components.
    const std::int64_t items = x.size(0), components = x.size(1) / m_heads, pixels = x.size(2) * x.size(3);
    const auto parts = m_qkv(m_norm2(x, pass), pass).reshape({items * m_heads, components, 3, pixels}).unbind(2);
    const at::Tensor query = parts[0].to(at::kFloat), key = parts[1].to(at::kFloat) / std::sqrt(static_cast<double>(components));
    const at::Tensor weights = at::softmax(at::bmm(query.transpose(1, 2), key), 2).to(x.scalar_type());
    const at::Tensor values = at::bmm(parts[2], weights.transpose(1, 2)).reshape(x.sizes());
    return m_proj(values.contiguous(at::MemoryFormat::ChannelsLast), pass);
}

at::Tensor UnetBlock::run(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const {
    at::Tensor h = m_conv0(m_norm0.silu(x, pass), pass);
    const at::Tensor affine = m_affine(embedding, pass);
    if (m_scales) {
        const auto scaleShift = affine.chunk(2, 1);
        h = m_norm1.silu(h, pass, scaleShift[0], scaleShift[1]);
    } else {
        h = m_norm1.silu(h + affine.to(h.scalar_type()).unsqueeze(-1).unsqueeze(-1), pass);
    }
    const at::Tensor y = (m_conv1(h, pass) + (m_hasSkip ? m_skip(x, pass) : x)) * m_skipScale;
    return m_heads > 0 ? (attended(y, pass) + y) * m_skipScale : y;
}

at::Tensor UnetBlock::operator()(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const {
    const auto block = [self = *this, pass](const std::vector<at::Tensor>& inputs) { return self.run(inputs[0], inputs[1], pass); };
    return throughBlock(block, {x, embedding}, m_parameters, pass);
}

}  // namespace larmor::recon::networks
