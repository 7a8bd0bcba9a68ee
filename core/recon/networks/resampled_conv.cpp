#include "core/recon/networks/resampled_conv.h"

#include <ATen/ATen.h>

namespace larmor::recon::networks {

namespace {
at::Tensor filterOf(const std::vector<double>& taps) {
    const at::Tensor line = at::tensor(taps, at::kFloat);
    return (at::outer(line, line) / line.sum().square()).unsqueeze(0).unsqueeze(0);
}

/// The last row, the last column once more where their number is odd.
at::Tensor madeEven(at::Tensor x) {
    for (const std::int64_t dim : {2, 3})
        if (const std::int64_t n = x.size(dim); n % 2 != 0) x = at::cat({x, x.narrow(dim, n - 1, 1)}, dim);
    return x;
}
}  // namespace

ResampledConv::ResampledConv(const ParameterFactory& make, std::int64_t in, std::int64_t out, std::int64_t kernel, Resample mode,
                             const Resampling& resampling, const Initial& initial)
    : m_mode(mode), m_resampling(resampling), m_kernel(kernel) {
    if (kernel > 0) {
        const std::int64_t taps = kernel * kernel;
        m_weight = Weight(make.drawn("weight", {out, in, kernel, kernel}, initial.scheme, initial.weightScale, in * taps, out * taps));
        m_bias = Weight(make.drawn("bias", {out}, initial.scheme, initial.biasScale, in * taps, out * taps));
    }
    if (mode != Resample::None) m_filter = make.buffer("resample_filter", filterOf(resampling.taps));
}

at::Tensor ResampledConv::filterFor(const at::Tensor& x, double gain) const {
    const std::int64_t taps = m_filter.size(2);
    return (m_filter * gain).to(x.scalar_type()).expand({x.size(1), 1, taps, taps}).contiguous();
}

at::Tensor ResampledConv::down(const at::Tensor& x) const {
    const std::int64_t size = m_resampling.fixedSize, taps = m_filter.size(2);
    if (size > 0) return at::upsample_bilinear2d(x, {size, size}, false);
    const at::Tensor even = madeEven(x);
    if (taps == 2) return at::avg_pool2d(even, 2);
    return at::conv2d(even, filterFor(x, 1), {}, 2, (taps - 1) / 2, 1, x.size(1));
}

at::Tensor ResampledConv::up(const at::Tensor& x) const {
    const std::int64_t size = m_resampling.fixedSize, taps = m_filter.size(2);
    if (size > 0) return at::upsample_bilinear2d(x, {size, size}, false);
    if (taps == 2) return at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)});
    return at::conv_transpose2d(x, filterFor(x, 4), {}, 2, (taps - 1) / 2, 0, x.size(1));
}

at::Tensor ResampledConv::operator()(const at::Tensor& x, const Pass& pass) const {
    at::Tensor h = x;
    if (m_mode == Resample::Down) h = down(x);
    if (m_mode == Resample::Up) h = up(x);
    if (m_kernel == 0) return h;
    return at::conv2d(h, m_weight.as(h.scalar_type(), pass), m_bias.as(h.scalar_type(), pass), 1, m_kernel / 2);
}

at::Tensor ResampledConv::fusedDown(const at::Tensor& x, const Pass& pass) const {
    const std::int64_t border = m_kernel / 2 + (m_filter.size(2) - 1) / 2;
    const at::Tensor h = at::conv2d(madeEven(x), m_weight.as(x.scalar_type(), pass), {}, 1, border);
    const at::Tensor halved = at::conv2d(h, filterFor(h, 1), {}, {2, 2}, at::IntArrayRef{0, 0}, {1, 1}, h.size(1));
    return halved + m_bias.as(x.scalar_type(), pass).view({1, -1, 1, 1});
}

}  // namespace larmor::recon::networks
