#include "core/recon/networks/compact_block.h"

#include <ATen/ATen.h>

#include "core/recon/networks/checkpoint.h"

namespace larmor::recon::networks {

namespace {
constexpr double kEpsilon = 1e-5;
constexpr Initial kXavier{};
constexpr Initial kNearZero{Initial::Scheme::XavierUniform, 1e-5, 0};
}  // namespace

CompactBlock::CompactBlock(const ParameterFactory& make, std::int64_t in, std::int64_t out, std::int64_t embedding) : m_hasSkip(in != out) {
    const std::size_t first = make.set().entries().size();
    m_norm0 = GroupNorm(make.below("norm0"), in, kEpsilon);
    m_conv0 = Conv2d(make.below("conv0"), in, out, 3, kXavier);
    m_affine = Linear(make.below("affine"), embedding, 2 * out, kXavier);
    m_norm1 = GroupNorm(make.below("norm1"), out, kEpsilon);
    m_conv1 = Conv2d(make.below("conv1"), out, out, 3, kNearZero);
    if (m_hasSkip) m_skip = Conv2d(make.below("skip"), in, out, 1, kXavier);
    m_parameters = make.set().trainedFrom(first);
}

at::Tensor CompactBlock::run(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const {
    const auto scaleShift = m_affine(embedding, pass).chunk(2, 1);
    const at::Tensor h = m_conv0(m_norm0.silu(x, pass), pass);
    const at::Tensor branch = m_conv1(m_norm1.silu(h, pass, scaleShift[0], scaleShift[1]), pass);
    return branch + (m_hasSkip ? m_skip(x, pass) : x);
}

at::Tensor CompactBlock::operator()(const at::Tensor& x, const at::Tensor& embedding, const Pass& pass) const {
    const auto block = [self = *this, pass](const std::vector<at::Tensor>& inputs) { return self.run(inputs[0], inputs[1], pass); };
    return throughBlock(block, {x, embedding}, m_parameters, pass);
}

}  // namespace larmor::recon::networks
