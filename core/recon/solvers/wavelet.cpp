#include "core/recon/solvers/wavelet.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "core/recon/solvers/cyclic_shift.h"

namespace larmor::recon {

namespace {
const double kRoot2 = std::sqrt(2.0), kRoot3 = std::sqrt(3.0);
const double kLow = (kRoot3 - 1) / kRoot2, kHigh = (kRoot3 + 1) / kRoot2;  ///< the last, scaling step of the lifting

Shape shapeOf(const at::Tensor& tensor) {
    return tensor.sizes().vec();
}

void analyseLine(const at::Tensor& block, std::int64_t dim) {
    const std::int64_t n = block.size(dim);
    const at::Tensor even = block.slice(dim, 0, n, 2), odd = block.slice(dim, 1, n, 2);
    at::Tensor low = at::add(even, odd, kRoot3);
    at::Tensor high = at::sub(odd, low, kRoot3 / 4);
    addShifted(high, low, dim, -1, -(kRoot3 - 2) / 4);
    addShifted(low, high, dim, 1, -1);
    block.narrow(dim, 0, n / 2).copy_(low.mul_(kLow));
    block.narrow(dim, n / 2, n / 2).copy_(high.mul_(kHigh));
}

void synthesiseLine(const at::Tensor& block, std::int64_t dim) {
    const std::int64_t n = block.size(dim);
    at::Tensor low = block.narrow(dim, 0, n / 2) / kLow;
    at::Tensor high = block.narrow(dim, n / 2, n / 2) / kHigh;
    addShifted(low, high, dim, 1, 1);
    addShifted(high, low, dim, -1, (kRoot3 - 2) / 4);
    high.add_(low, kRoot3 / 4);
    low.sub_(high, kRoot3);
    block.slice(dim, 0, n, 2).copy_(low);
    block.slice(dim, 1, n, 2).copy_(high);
}
}  // namespace

WaveletTransform::WaveletTransform(std::int64_t readout, std::int64_t phase, std::int64_t minimumSize) : m_readout(readout), m_phase(phase) {
    const auto frame = solvers::waveletFrame(readout, phase, minimumSize);
    m_levels = frame.levels;
    m_rows = frame.rows;
    m_columns = frame.columns;
}

at::Tensor WaveletTransform::framed(const at::Tensor& x, std::int64_t rows, std::int64_t columns) const {
    checkShape(shapeOf(x), domain(), "image");
    at::Tensor frame = x;
    if (m_rows != m_readout || m_columns != m_phase) frame = at::constant_pad_nd(x, {0, m_columns - m_phase, 0, m_rows - m_readout});
    if (rows != 0 || columns != 0) return at::roll(frame, {rows, columns}, {0, 1});
    return frame.is_same(x) ? x.clone() : frame;
}

at::Tensor WaveletTransform::unframed(const at::Tensor& x, std::int64_t rows, std::int64_t columns) const {
    checkShape(shapeOf(x), codomain(), "framed image");
    const at::Tensor turned = rows != 0 || columns != 0 ? at::roll(x, {-rows, -columns}, {0, 1}) : x;
    return turned.narrow(0, 0, m_readout).narrow(1, 0, m_phase).contiguous();
}

void WaveletTransform::analyse(at::Tensor& image) const {
    for (std::int64_t level = 0; level < m_levels; ++level) {
        const at::Tensor block = image.narrow(0, 0, m_rows >> level).narrow(1, 0, m_columns >> level);
        analyseLine(block, 1);
        analyseLine(block, 0);
    }
}

void WaveletTransform::synthesise(at::Tensor& coefficients) const {
    for (std::int64_t level = m_levels - 1; level >= 0; --level) {
        const at::Tensor block = coefficients.narrow(0, 0, m_rows >> level).narrow(1, 0, m_columns >> level);
        synthesiseLine(block, 0);
        synthesiseLine(block, 1);
    }
}

at::Tensor WaveletTransform::forward(const at::Tensor& x) const {
    at::Tensor image = framed(x);
    analyse(image);
    return image;
}

at::Tensor WaveletTransform::adjoint(const at::Tensor& coefficients) const {
    checkShape(shapeOf(coefficients), codomain(), "wavelet coefficients");
    at::Tensor image = coefficients.clone();
    synthesise(image);
    return unframed(image);
}

at::Tensor WaveletTransform::normal(const at::Tensor& x) const {
    checkShape(shapeOf(x), domain(), "image");
    return x.clone();
}

void softThreshold(at::Tensor& values, double threshold) {
    if (threshold <= 0) return;
    const at::Tensor factor = at::abs(values).reciprocal_().mul_(-threshold).add_(1).clamp_min_(0);
    at::view_as_real(values).mul_(factor.unsqueeze(-1));
}

void softThresholdJointly(at::Tensor& values, double threshold) {
    if (threshold <= 0) return;
    const at::Tensor length = at::view_as_real(values).square().sum(at::IntArrayRef{0, -1}, true).sqrt_();  // [1, ..., 1]
    at::view_as_real(values).mul_(length.reciprocal_().mul_(-threshold).add_(1).clamp_min_(0));
}

WaveletShrinkage::WaveletShrinkage(WaveletTransform transform, double weight, bool randomShift, NoiseSource shifts)
    : m_transform(std::move(transform)), m_weight(weight), m_shifts(m_transform.levels(), randomShift, shifts) {}

at::Tensor WaveletShrinkage::operator()(const at::Tensor& z) {
    const auto [rows, columns] = m_shifts.next();
    if (z.dim() > 2) return jointly(z, rows, columns);
    at::Tensor image = m_transform.framed(z, rows, columns);
    m_transform.analyse(image);
    softThreshold(image, m_weight);
    m_transform.synthesise(image);
    return m_transform.unframed(image, rows, columns);
}

at::Tensor WaveletShrinkage::jointly(const at::Tensor& z, std::int64_t rows, std::int64_t columns) const {
    std::vector<at::Tensor> sets;
    for (const at::Tensor& set : z.unbind(0)) {
        sets.push_back(m_transform.framed(set, rows, columns));
        m_transform.analyse(sets.back());
    }
    at::Tensor all = at::stack(sets);
    softThresholdJointly(all, m_weight);
    for (std::int64_t i = 0; i < z.size(0); ++i) {
        at::Tensor set = all.select(0, i);
        m_transform.synthesise(set);
        sets[static_cast<std::size_t>(i)] = m_transform.unframed(set, rows, columns);
    }
    return at::stack(sets);
}

}  // namespace larmor::recon
