#pragma once
// A prior with two modes, x ~ sum_k w_k N(m_k, s^2 1), whose posterior is a mixture of two Gaussians with known weights.

#include <array>

#include "core/recon/diffusion/prior.h"
#include "tests/numeric/small_posterior.h"

namespace larmor::test {

class MixturePrior final : public recon::diffusion::Prior {
public:
    /// @param mean [readout, phase] of the first mode; that of the second is its negative
    MixturePrior(at::Tensor mean, double spread, std::array<double, 2> weights)
        : m_mean(std::move(mean)), m_variance(spread * spread), m_weights(weights) {
        m_card = gaussianCard(std::sqrt(m_variance + at::abs(m_mean).square().mean().item<double>() / 2));
        m_card.name = "two modes";
    }
    [[nodiscard]] const PriorCard& card() const override { return m_card; }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override {
        const double total = m_variance + sigma * sigma;
        // Of the first mode: 1 / (1 + exp(-(ln w1/w2 + (|x + m|^2 - |x - m|^2) / (2 total)))), where the squares differ by 4 Re <m, x>.
        const at::Tensor inner = at::real(m_mean.conj() * x).sum(at::IntArrayRef{1, 2}, true);
        const at::Tensor first = at::sigmoid(inner * (2 / total) + std::log(m_weights[0] / m_weights[1]));
        const at::Tensor mean = m_mean * (first * 2 - 1);
        return mean * (sigma * sigma / total) + x * (m_variance / total);
    }
    [[nodiscard]] recon::diffusion::Denoised denoiseForVjp(const at::Tensor&, double) const override {
        throw Error("The mixture has no vector-Jacobian product.");
    }

private:
    at::Tensor m_mean;
    double m_variance;
    std::array<double, 2> m_weights;
    PriorCard m_card;
};

}  // namespace larmor::test
