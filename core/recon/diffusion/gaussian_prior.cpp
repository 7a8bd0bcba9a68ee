#include "core/recon/diffusion/gaussian_prior.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace larmor::recon::diffusion {

GaussianPrior::GaussianPrior(PriorCard card) : m_card(std::move(card)) {
    m_mean = at::zeros({}, at::kComplexDouble);
    m_variance = at::full({}, m_card.sigmaData * m_card.sigmaData, at::kDouble);
}

GaussianPrior::GaussianPrior(PriorCard card, at::Tensor mean, at::Tensor variance)
    : m_card(std::move(card)), m_mean(std::move(mean)), m_variance(std::move(variance)) {}

at::Tensor GaussianPrior::shrinkage(const at::Tensor& x, double sigma) const {
    const at::Tensor variance = m_variance.to(at::kDouble);
    return (variance / (variance + sigma * sigma)).to(x.device(), c10::toRealValueType(x.scalar_type()));
}

at::Tensor GaussianPrior::denoise(const at::Tensor& x, double sigma) const {
    const at::Tensor mean = m_mean.to(x.device(), x.scalar_type());
    const at::Tensor image = (x - mean) * shrinkage(x, sigma) + mean;
    checkFinite(image, m_card, sigma);
    return image;
}

Denoised GaussianPrior::denoiseForVjp(const at::Tensor& x, double sigma) const {
    return {denoise(x, sigma), [factor = shrinkage(x, sigma)](const at::Tensor& v) { return v * factor; }};
}

}  // namespace larmor::recon::diffusion
