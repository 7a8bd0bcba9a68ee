#pragma once
#include <ATen/core/Tensor.h>

#include "core/recon/diffusion/prior.h"

namespace larmor::recon::diffusion {

/// A prior that knows where the image is zero: m D(x; sigma), with m = 1 where the coil maps are not all zero. The forward model says
/// nothing of the other pixels, so that steps which alternate between prior and data would let them drift.
class LARMOR_RECON_EXPORT SupportedPrior final : public Prior {
public:
    /// @param maps [coil, readout, phase]
    SupportedPrior(const Prior& inner, const at::Tensor& maps);
    /// What a sampler found, zero where m is: data steps that draw noise leave some there.
    [[nodiscard]] at::Tensor within(const at::Tensor& x) const;
    [[nodiscard]] const PriorCard& card() const override { return m_inner.card(); }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override;
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override;

private:
    const Prior& m_inner;
    at::Tensor m_support;  // [readout, phase] real, 0 or 1
};

}  // namespace larmor::recon::diffusion
