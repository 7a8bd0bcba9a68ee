#include "core/recon/diffusion/ancestral.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/diffusion/dps.h"

namespace larmor::recon::diffusion {

namespace {
/// A draw from q(u' | u, x0) = N(x0 + (sigma'/sigma)^2 (u - x0), sigma'^2 (1 - (sigma'/sigma)^2)).
at::Tensor ancestralStep(const SamplerInput& in, const at::Tensor& u, const at::Tensor& x0, double sigma, double to, std::int64_t step) {
    const double kept = to * to / (sigma * sigma);
    const at::Tensor noise = in.noise().draw(in.matrix(), step, NoisePurpose::Step);
    return x0 + (u - x0) * kept + noise * (to * std::sqrt(1 - kept));
}

double levelAt(const std::vector<double>& levels, std::int64_t i) {
    return levels[static_cast<std::size_t>(i)];
}

at::Tensor firstState(const SamplerInput& in, const std::vector<double>& levels) {
    return in.noise().draw(in.matrix(), 0, NoisePurpose::Start) * levels.front();
}
}  // namespace

SolverResult ancestralDps(const SamplerInput& in, const AncestralOptions& options, const StepHook& hook) {
    const auto levels = ddpmLevels(options.steps);
    const DataConsistency data(*in.A, in.y);
    at::Tensor u = firstState(in, levels);
    SamplerSteps steps(options.steps, hook);
    for (std::int64_t i = 0; i < options.steps; ++i) {
        const double sigma = levelAt(levels, i);
        if (i + 1 == options.steps) {
            const at::Tensor last = in.prior.denoise(u, sigma);
            (void)steps.proceed(last, sigma, data.relativeResidual(last));
            break;
        }
        const double to = levelAt(levels, i + 1);
        const auto guidance = dataGuidance(in.prior, data, u, sigma, options.jacobianFree);
        if (!steps.proceed(guidance.denoised, sigma, guidance.residual)) break;
        const double weight = options.zeta.at(i, options.steps) * std::sqrt((1 + sigma * sigma) * (1 + to * to));
        u = ancestralStep(in, u, guidance.denoised, sigma, to, i) - guidance.direction * weight;
    }
    return steps.take();
}

SolverResult ancestralGaussian(const SamplerInput& in, const AncestralOptions& options, const StepHook& hook) {
    const auto levels = ddpmLevels(options.steps);
    const DataConsistency data(*in.A, in.y);
    at::Tensor u = firstState(in, levels);
    SamplerSteps steps(options.steps, hook);
    for (std::int64_t i = 0; i < options.steps; ++i) {
        const double sigma = levelAt(levels, i);
        const double spread = std::sqrt(gaussianVariance(in.prior.card(), sigma));
        const at::Tensor x0 = data.draw(in.prior.denoise(u, sigma), in.sigmaY, spread, in.noise(), i, options.cg);
        if (!steps.proceed(x0, sigma, data.relativeResidual(x0)) || i + 1 == options.steps) break;
        u = ancestralStep(in, u, x0, sigma, levelAt(levels, i + 1), i);
    }
    return steps.take();
}

}  // namespace larmor::recon::diffusion
