#pragma once
#include "core/recon/diffusion/prior.h"

namespace larmor::recon::diffusion {

/// PriorCard::family of a prior without weights: N(0, sigmaData^2) in every pixel.
inline constexpr const char* kGaussianFamily = "gaussian";

/// x ~ N(mean, C) with independent pixels. Its denoiser and everything that follows from it are known in closed form, so that a sampler
/// can be held against the truth. D(x; sigma) = mean + C (C + sigma^2)^-1 (x - mean).
class LARMOR_RECON_EXPORT GaussianPrior final : public Prior {
public:
    /// Mean 0 and the variance card.sigmaData^2 in every pixel.
    explicit GaussianPrior(PriorCard card);
    /// @param mean [readout, phase] complex; @param variance [readout, phase] real, of the real and of the imaginary part each
    GaussianPrior(PriorCard card, at::Tensor mean, at::Tensor variance);

    [[nodiscard]] const PriorCard& card() const override { return m_card; }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override;
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override;

private:
    /// C (C + sigma^2)^-1 as a real tensor that fits x
    [[nodiscard]] at::Tensor shrinkage(const at::Tensor& x, double sigma) const;

    PriorCard m_card;
    at::Tensor m_mean, m_variance;
};

}  // namespace larmor::recon::diffusion
