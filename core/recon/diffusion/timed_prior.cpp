#include "core/recon/diffusion/timed_prior.h"

#include <utility>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

at::Tensor TimedPrior::denoise(const at::Tensor& x, double sigma) const {
    const auto start = Clock::now();
    at::Tensor image = m_inner.denoise(x, sigma);
    add(start);
    return image;
}

Denoised TimedPrior::denoiseForVjp(const at::Tensor& x, double sigma) const {
    const auto start = Clock::now();
    Denoised denoised = m_inner.denoiseForVjp(x, sigma);
    add(start);
    return {denoised.image, [this, inner = std::move(denoised.vjp)](const at::Tensor& v) {
                const auto begin = Clock::now();
                at::Tensor product = inner(v);
                add(begin);
                return product;
            }};
}

}  // namespace larmor::recon::diffusion
