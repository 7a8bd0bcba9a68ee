#include "core/recon/diffusion/supported_prior.h"

#include <utility>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

SupportedPrior::SupportedPrior(const Prior& inner, const at::Tensor& maps)
    : m_inner(inner), m_support(at::view_as_real(maps).ne(0).any(-1).any(0).to(c10::toRealValueType(maps.scalar_type()))) {}

at::Tensor SupportedPrior::within(const at::Tensor& x) const { return x * m_support; }

at::Tensor SupportedPrior::denoise(const at::Tensor& x, double sigma) const { return within(m_inner.denoise(x, sigma)); }

Denoised SupportedPrior::denoiseForVjp(const at::Tensor& x, double sigma) const {
    Denoised denoised = m_inner.denoiseForVjp(x, sigma);
    return {within(denoised.image), [this, inner = std::move(denoised.vjp)](const at::Tensor& v) { return inner(within(v)); }};
}

}  // namespace larmor::recon::diffusion
