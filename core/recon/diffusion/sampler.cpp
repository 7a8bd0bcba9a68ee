#include "core/recon/diffusion/sampler.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::diffusion {

bool SamplerSteps::proceed(const at::Tensor& estimate, double sigma, double residual) {
    ++m_result.steps;
    if (!at::isfinite(estimate).all().item<bool>())
        throw Error(
            fmt::format("The estimate is no longer finite at step {} of {} (noise level sigma = {:.4g}).", m_result.steps, m_total, sigma),
            "The run diverged: give the data less weight (zeta, gamma), or take more steps.");
    m_result.x = estimate;
    m_result.stopped = m_hook && !m_hook({m_result.steps, m_total, m_result.x, residual});
    return !m_result.stopped;
}

at::Tensor eulerStep(const at::Tensor& x, const at::Tensor& denoised, double sigma, double to) {
    return x + (x - denoised) * ((to - sigma) / sigma);
}

at::Tensor heunStep(const Prior& prior, const at::Tensor& x, const at::Tensor& denoised, double sigma, double to) {
    const at::Tensor end = eulerStep(x, denoised, sigma, to);
    if (to == 0) return end;
    const at::Tensor slope = (x - denoised) * (1 / sigma), endSlope = (end - prior.denoise(end, to)) * (1 / to);
    return x + (slope + endSlope) * ((to - sigma) / 2);
}

double gaussianVariance(const PriorCard& card, double sigma) {
    const double prior = card.sigmaData * card.sigmaData, noise = sigma * sigma;
    return noise * prior / (noise + prior);
}

}  // namespace larmor::recon::diffusion
