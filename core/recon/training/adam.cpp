#include "core/recon/training/adam.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace larmor::recon::training {

Adam::Adam(std::vector<at::Tensor> parameters, const AdamSettings& settings) : m_parameters(std::move(parameters)), m_settings(settings) {
    const c10::NoGradGuard noAutograd;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        m_first.push_back(at::zeros_like(m_parameters[i], at::MemoryFormat::Contiguous));
        m_second.push_back(at::zeros_like(m_parameters[i], at::MemoryFormat::Contiguous));
        (m_parameters[i].dim() > 1 ? m_decayed : m_plain).push_back(i);
    }
}

void Adam::step(const std::vector<at::Tensor>& gradients, double learningRate) {
    const c10::NoGradGuard noAutograd;
    ++m_steps;
    stepOn(m_decayed, gradients, learningRate, m_settings.weightDecay);
    stepOn(m_plain, gradients, learningRate, 0);
}

// ATen's fused kernels are what torch.optim.Adam(fused=True) calls; they walk memory flat, so everything is contiguous.
void Adam::stepOn(const std::vector<std::size_t>& members, const std::vector<at::Tensor>& gradients, double learningRate, double decay) {
    if (members.empty()) return;
    std::vector<at::Tensor> parameters, slopes, first, second, steps;
    for (const auto i : members) {
        parameters.push_back(m_parameters[i].detach());
        slopes.push_back(gradients[i].contiguous());
        first.push_back(m_first[i]);
        second.push_back(m_second[i]);
        steps.push_back(at::full({}, static_cast<double>(m_steps), m_parameters[i].options().requires_grad(false)));
    }
    const auto& s = m_settings;
    if (s.decoupledDecay)
        at::_fused_adamw_(parameters, slopes, first, second, {}, steps, learningRate, s.beta1, s.beta2, decay, s.epsilon, false, false);
    else
        at::_fused_adam_(parameters, slopes, first, second, {}, steps, learningRate, s.beta1, s.beta2, decay, s.epsilon, false, false);
}

}  // namespace larmor::recon::training
