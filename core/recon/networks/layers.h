#pragma once
// Layers that the networks share. The type of the activations decides what a layer computes in: its float32 weights are converted to it.

#include <memory>
#include <string>

#include "core/recon/networks/parameter_factory.h"

namespace larmor::recon::networks {

/// How a network runs through its layers this time.
struct Pass {
    at::ScalarType type = at::kFloat;  ///< of activations
    bool training = false;             ///< see Network::training
    bool checkpointing = false;
};
[[nodiscard]] Pass passOf(const Network& network);

/// A parameter in the type that it is used in. While nothing trains, the converted copy is kept until the parameter changes.
class Weight {
public:
    Weight() = default;
    explicit Weight(at::Tensor value);
    /// @return channels last if it has four dimensions
    [[nodiscard]] at::Tensor as(at::ScalarType type, const Pass& pass) const;
    [[nodiscard]] bool defined() const { return m_value.defined(); }

private:
    struct Copy;
    at::Tensor m_value;
    std::shared_ptr<Copy> m_copy;
};

/// A convolution with zeros around the image; the size stays, or is halved (rounded up) with stride 2.
class Conv2d {
public:
    Conv2d() = default;
    Conv2d(const ParameterFactory& make, std::int64_t in, std::int64_t out, std::int64_t kernel, const Initial& initial);
    /// @param x [B, in, H, W]
    [[nodiscard]] at::Tensor operator()(const at::Tensor& x, const Pass& pass, std::int64_t stride = 1) const;

private:
    Weight m_weight, m_bias;
    std::int64_t m_padding = 0;
};

/// y = W x + b in float32
class Linear {
public:
    Linear() = default;
    Linear(const ParameterFactory& make, std::int64_t in, std::int64_t out, const Initial& initial, bool hasBias = true);
    /// @param x [B, in]
    [[nodiscard]] at::Tensor operator()(const at::Tensor& x, const Pass& pass) const;

private:
    Weight m_weight, m_bias;
};

/// Group normalisation with statistics in float32 and min(32, channels / 4) groups [Karras 2022].
class GroupNorm {
public:
    GroupNorm() = default;
    GroupNorm(const ParameterFactory& make, std::int64_t channels, double epsilon);
    /// Whether so many channels fall into groups of equal size.
    [[nodiscard]] static bool divides(std::int64_t channels);
    [[nodiscard]] at::Tensor operator()(const at::Tensor& x, const Pass& pass) const;
    /// silu(norm(x) (1 + scale) + shift). @param scale, shift [B, channels] float32, or both undefined: 0
    [[nodiscard]] at::Tensor silu(const at::Tensor& x, const Pass& pass, const at::Tensor& scale = {}, const at::Tensor& shift = {}) const;

private:
    Weight m_weight, m_bias;
    std::int64_t m_groups = 1;
    double m_epsilon = 0;
};

/// [cos(x f), sin(x f)] with `count` frequencies f that fall geometrically from `highest` to `lowest`. @param x [B]
[[nodiscard]] at::Tensor sinusoids(const at::Tensor& x, std::int64_t count, double highest, double lowest);

}  // namespace larmor::recon::networks
