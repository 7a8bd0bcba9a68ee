#pragma once
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::training {

struct AdamSettings {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double weightDecay = 0;      ///< on parameters of two or more dimensions
    bool decoupledDecay = true;  ///< AdamW [Loshchilov & Hutter 2019]; false: the decay is added to the gradient
};

/// Adam [Kingma & Ba 2015] with bias correction, as PyTorch's. Moments in float32.
class LARMOR_RECON_EXPORT Adam {
public:
    Adam(std::vector<at::Tensor> parameters, const AdamSettings& settings);
    /// One step with gradients in the parameters' order.
    void step(const std::vector<at::Tensor>& gradients, double learningRate);
    [[nodiscard]] const std::vector<at::Tensor>& firstMoments() const { return m_first; }
    [[nodiscard]] const std::vector<at::Tensor>& secondMoments() const { return m_second; }
    [[nodiscard]] std::int64_t steps() const { return m_steps; }
    [[nodiscard]] const AdamSettings& settings() const { return m_settings; }
    void setSettings(const AdamSettings& settings) { m_settings = settings; }
    void setSteps(std::int64_t steps) { m_steps = steps; }

private:
    void stepOn(const std::vector<std::size_t>& members, const std::vector<at::Tensor>& gradients, double learningRate, double decay);

    std::vector<at::Tensor> m_parameters, m_first, m_second;
    std::vector<std::size_t> m_decayed, m_plain;
    AdamSettings m_settings;
    std::int64_t m_steps = 0;
};

}  // namespace larmor::recon::training
