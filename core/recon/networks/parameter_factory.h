#pragma once
// Makes a network's tensors while it is built: their names, and initial values that depend on seed and order of construction alone.

#include <cstdint>
#include <string>

#include "core/recon/networks/network.h"

namespace larmor::recon::networks {

/// How initial weights are drawn, in EDM's terms: the scheme's deviation times weightScale, for biases times biasScale.
struct Initial {
    enum class Scheme { XavierUniform, KaimingUniform, KaimingNormal };
    Scheme scheme = Scheme::XavierUniform;
    double weightScale = 1, biasScale = 0;
};

class ParameterFactory {
public:
    ParameterFactory(ParameterSet& set, std::uint64_t seed, Fill fill) : m_set(set), m_seed(seed), m_fill(fill) {}
    /// The same for what lies below: names start with "<name>.".
    [[nodiscard]] ParameterFactory below(const std::string& name) const;
    /// @param scale of Initial; @param fanIn, fanOut numbers going into and coming out of one element of the layer, taps counted
    [[nodiscard]] at::Tensor drawn(const std::string& name, at::IntArrayRef shape, Initial::Scheme scheme, double scale, std::int64_t fanIn,
                                   std::int64_t fanOut) const;
    [[nodiscard]] at::Tensor constant(const std::string& name, at::IntArrayRef shape, double value) const;
    /// A tensor that is stored but not trained.
    [[nodiscard]] at::Tensor buffer(const std::string& name, const at::Tensor& value) const;
    /// The same with independent normal numbers.
    [[nodiscard]] at::Tensor normalBuffer(const std::string& name, at::IntArrayRef shape, double deviation) const;
    [[nodiscard]] ParameterSet& set() const { return m_set; }

private:
    [[nodiscard]] at::Tensor random(at::IntArrayRef shape, bool isNormal, double scale) const;
    [[nodiscard]] at::Tensor add(const std::string& name, at::Tensor value, bool trained) const;

    ParameterSet& m_set;
    std::uint64_t m_seed;
    Fill m_fill;
    std::string m_prefix;
};

}  // namespace larmor::recon::networks
