#include "core/recon/diffusion/sampler.h"

#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::diffusion {

StepSampler::StepSampler(const SamplerInput& in, LevelPlan plan) : m_in(in), m_plan(std::move(plan)) {
    if (m_in.A && !m_in.data) m_in.data = std::make_shared<const DataConsistency>(*m_in.A, m_in.y);
}

StepSampler::~StepSampler() = default;

SamplerState StepSampler::start() const {
    SamplerState state{0, m_plan.levels(), {}};
    state.x = first(state.levels.front());
    return state;
}

at::Tensor StepSampler::first(double sigma) const {
    return m_in.noise().draw(m_in.matrix(), 0, NoisePurpose::Start) * sigma;
}

StepSampler::Step StepSampler::estimated(const at::Tensor& x, at::Tensor next) const {
    const double residual = data().relativeResidual(x);
    return {{x, residual}, std::move(next)};
}

StepEstimate StepSampler::advance(SamplerState& state) const {
    const auto index = static_cast<std::size_t>(state.step);
    const double to = index + 1 < state.levels.size() ? state.levels[index + 1] : 0;
    const Place place{state.step, state.total(), state.levels.at(index), to};
    const Step done = step(state.x, place);
    if (!at::isfinite(done.estimate.x).all().item<bool>())
        throw Error(fmt::format("The estimate is no longer finite at step {} of {} (noise level sigma = {:.4g}).", place.step + 1,
                                place.total, place.sigma),
                    "The run diverged: give the data less weight (zeta, gamma), or take more steps.");
    ++state.step;
    state.x = state.finished() ? done.estimate.x : done.next;
    return done.estimate;
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
