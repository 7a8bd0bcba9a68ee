#include "core/recon/networks/layers.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "core/recon/networks/norm_silu.h"

namespace larmor::recon::networks {

Pass passOf(const Network& network) {
    return {network.arithmetic.bfloat16 ? at::kBFloat16 : at::kFloat, network.training, network.checkpointing};
}

struct Weight::Copy {
    std::mutex mutex;
    at::Tensor converted;
    const void* source = nullptr;
    std::uint32_t version = 0;
};

Weight::Weight(at::Tensor value) : m_value(std::move(value)), m_copy(std::make_shared<Copy>()) {}

at::Tensor Weight::as(at::ScalarType type, const Pass& pass) const {
    if (!m_value.defined()) return {};
    const auto format = m_value.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    if (pass.training) return m_value.to(type).contiguous(format);
    const std::lock_guard lock(m_copy->mutex);
    const auto version = static_cast<std::uint32_t>(m_value._version());
    const bool isCurrent = m_copy->converted.defined() && m_copy->converted.scalar_type() == type && m_copy->source == m_value.data_ptr() &&
                           m_copy->version == version;
    if (!isCurrent) {
        const c10::InferenceMode ordinary(false);  // the copy may enter a graph later
        m_copy->converted = m_value.detach().to(type).contiguous(format);
        m_copy->source = m_value.data_ptr();
        m_copy->version = version;
    }
    return m_copy->converted;
}

Conv2d::Conv2d(const ParameterFactory& make, std::int64_t in, std::int64_t out, std::int64_t kernel, const Initial& initial)
    : m_padding(kernel / 2) {
    const std::int64_t taps = kernel * kernel;
    m_weight = Weight(make.drawn("weight", {out, in, kernel, kernel}, initial.scheme, initial.weightScale, in * taps, out * taps));
    m_bias = Weight(make.drawn("bias", {out}, initial.scheme, initial.biasScale, in * taps, out * taps));
}

at::Tensor Conv2d::operator()(const at::Tensor& x, const Pass& pass, std::int64_t stride) const {
    return at::conv2d(x, m_weight.as(x.scalar_type(), pass), m_bias.as(x.scalar_type(), pass), stride, m_padding);
}

Linear::Linear(const ParameterFactory& make, std::int64_t in, std::int64_t out, const Initial& initial, bool hasBias)
    : m_weight(make.drawn("weight", {out, in}, initial.scheme, initial.weightScale, in, out)) {
    if (hasBias) m_bias = Weight(make.drawn("bias", {out}, initial.scheme, initial.biasScale, in, out));
}

at::Tensor Linear::operator()(const at::Tensor& x, const Pass& pass) const {
    return at::linear(x, m_weight.as(at::kFloat, pass), m_bias.as(at::kFloat, pass));
}

namespace {
std::int64_t groupsOf(std::int64_t channels) {
    return std::clamp<std::int64_t>(channels / 4, 1, 32);
}
}  // namespace

bool GroupNorm::divides(std::int64_t channels) {
    return channels % groupsOf(channels) == 0;
}

GroupNorm::GroupNorm(const ParameterFactory& make, std::int64_t channels, double epsilon)
    : m_weight(make.constant("weight", {channels}, 1)),
      m_bias(make.constant("bias", {channels}, 0)),
      m_groups(groupsOf(channels)),
      m_epsilon(epsilon) {}

at::Tensor GroupNorm::operator()(const at::Tensor& x, const Pass& pass) const {
    // ATen sums in float32 whatever the type of x; only its CUDA half wants the affine part in the type of x.
    const auto type = x.is_cuda() ? x.scalar_type() : at::kFloat;
    return at::group_norm(x, m_groups, m_weight.as(type, pass), m_bias.as(type, pass), m_epsilon);
}

at::Tensor GroupNorm::silu(const at::Tensor& x, const Pass& pass, const at::Tensor& scale, const at::Tensor& shift) const {
    return normSilu(x, m_weight.as(at::kFloat, pass), m_bias.as(at::kFloat, pass), m_groups, m_epsilon, scale, shift);
}

at::Tensor sinusoids(const at::Tensor& x, std::int64_t count, double highest, double lowest) {
    const at::Tensor steps = at::arange(count, x.options().dtype(at::kFloat)) / static_cast<double>(std::max<std::int64_t>(count - 1, 1));
    const at::Tensor angles = at::outer(x.to(at::kFloat), at::pow(lowest / highest, steps) * highest);
    return at::cat({at::cos(angles), at::sin(angles)}, 1);
}

}  // namespace larmor::recon::networks
