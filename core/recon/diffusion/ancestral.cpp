#include "core/recon/diffusion/ancestral.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/sampler_run.h"

namespace larmor::recon::diffusion {

namespace {
class Ancestral : public StepSampler {
protected:
    Ancestral(const SamplerInput& in, const AncestralOptions& options)
        : StepSampler(in, LevelPlan::ddpm(options.steps)), m_options(options) {}
    /// A draw from q(u' | u, x0) = N(x0 + (sigma'/sigma)^2 (u - x0), sigma'^2 (1 - (sigma'/sigma)^2)).
    at::Tensor drawNext(const at::Tensor& u, const at::Tensor& x0, const Place& place) const {
        const double kept = place.to * place.to / (place.sigma * place.sigma);
        return x0 + (u - x0) * kept + fresh(place) * (place.to * std::sqrt(1 - kept));
    }
    const AncestralOptions& options() const { return m_options; }

private:
    AncestralOptions m_options;
};

class AncestralDps final : public Ancestral {
public:
    AncestralDps(const SamplerInput& in, const AncestralOptions& options) : Ancestral(in, options) {}

private:
    Step step(const at::Tensor& u, const Place& place) const override {
        if (place.isLast()) return estimated(in().prior.denoise(u, place.sigma));
        const auto guidance = dataGuidance(in().prior, data(), u, place.sigma, options().jacobianFree);
        const double weight =
            options().zeta.at(place.step, place.total) * std::sqrt((1 + place.sigma * place.sigma) * (1 + place.to * place.to));
        const at::Tensor next = drawNext(u, guidance.denoised, place) - guidance.direction * weight;
        return {{guidance.denoised, guidance.residual}, next};
    }
};

class AncestralGaussian final : public Ancestral {
public:
    AncestralGaussian(const SamplerInput& in, const AncestralOptions& options) : Ancestral(in, options) {}

private:
    Step step(const at::Tensor& u, const Place& place) const override {
        const double spread = std::sqrt(gaussianVariance(in().prior.card(), place.sigma));
        const at::Tensor denoised = in().prior.denoise(u, place.sigma);
        const at::Tensor x0 = data().draw(denoised, in().sigmaY, spread, in().noise(), place.step, options().cg);
        return estimated(x0, place.isLast() ? at::Tensor() : drawNext(u, x0, place));
    }
};
}  // namespace

std::unique_ptr<StepSampler> ancestralDpsSampler(const SamplerInput& in, const AncestralOptions& options) {
    return std::make_unique<AncestralDps>(in, options);
}

std::unique_ptr<StepSampler> ancestralGaussianSampler(const SamplerInput& in, const AncestralOptions& options) {
    return std::make_unique<AncestralGaussian>(in, options);
}

SolverResult ancestralDps(const SamplerInput& in, const AncestralOptions& options, const StepHook& hook) {
    return runSteps(*ancestralDpsSampler(in, options), hook);
}

SolverResult ancestralGaussian(const SamplerInput& in, const AncestralOptions& options, const StepHook& hook) {
    return runSteps(*ancestralGaussianSampler(in, options), hook);
}

}  // namespace larmor::recon::diffusion
