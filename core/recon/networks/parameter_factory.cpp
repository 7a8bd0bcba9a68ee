#include "core/recon/networks/parameter_factory.h"

#include <cmath>
#include <utility>

#include <ATen/ATen.h>

#include "core/base/rng.h"

namespace larmor::recon::networks {

ParameterFactory ParameterFactory::below(const std::string& name) const {
    ParameterFactory factory(*this);
    factory.m_prefix += name + ".";
    return factory;
}

at::Tensor ParameterFactory::add(const std::string& name, at::Tensor value, bool trained) const {
    return m_set.add(m_prefix + name, std::move(value), trained);
}

at::Tensor ParameterFactory::random(at::IntArrayRef shape, bool isNormal, double scale) const {
    if (m_fill == Fill::Shapes) return at::empty(shape, at::TensorOptions(at::kFloat).device(at::kMeta));
    at::Tensor values = at::empty(shape, at::kFloat);
    if (m_fill == Fill::Nothing) return values;
    NoiseSource noise(m_seed, m_set.entries().size());
    float* const first = values.data_ptr<float>();
    for (std::int64_t i = 0; i < values.numel(); ++i)
        first[i] = static_cast<float>(scale * (isNormal ? noise.normal() : 2 * noise.uniform() - 1));
    return values;
}

at::Tensor ParameterFactory::drawn(const std::string& name, at::IntArrayRef shape, Initial::Scheme scheme, double scale, std::int64_t fanIn,
                                   std::int64_t fanOut) const {
    if (scale == 0) return constant(name, shape, 0);
    const auto in = static_cast<double>(fanIn), out = static_cast<double>(fanOut);
    switch (scheme) {
        case Initial::Scheme::XavierUniform:
            return add(name, random(shape, false, scale * std::sqrt(6 / (in + out))), true);
        case Initial::Scheme::KaimingUniform:
            return add(name, random(shape, false, scale * std::sqrt(3 / in)), true);
        case Initial::Scheme::KaimingNormal:
            return add(name, random(shape, true, scale * std::sqrt(1 / in)), true);
    }
    return {};
}

at::Tensor ParameterFactory::constant(const std::string& name, at::IntArrayRef shape, double value) const {
    return add(name, at::full(shape, value, at::TensorOptions(at::kFloat).device(m_fill == Fill::Shapes ? at::kMeta : at::kCPU)), true);
}

at::Tensor ParameterFactory::buffer(const std::string& name, const at::Tensor& value) const {
    return add(name, m_fill == Fill::Shapes ? value.to(at::kMeta) : value, false);
}

at::Tensor ParameterFactory::normalBuffer(const std::string& name, at::IntArrayRef shape, double deviation) const {
    return add(name, random(shape, true, deviation), false);
}

}  // namespace larmor::recon::networks
