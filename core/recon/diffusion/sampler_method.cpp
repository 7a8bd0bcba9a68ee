#include "core/recon/diffusion/sampler_method.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/recon/diffusion/ensemble.h"
#include "core/recon/diffusion/noise_estimate.h"
#include "core/recon/diffusion/scaling.h"
#include "core/recon/diffusion/timed_prior.h"
#include "core/recon/interrupt.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon::diffusion {

namespace {
/// Keeps divisions by sigma_y^2 within single precision where data is free of noise.
constexpr double kLeastNoise = 1e-5;

bool declares(const ParamValues& values, const std::string& name) {
    return std::any_of(values.specs().begin(), values.specs().end(), [&](const ParamSpec& spec) { return spec.name == name; });
}

void checkPrior(const MethodInput& in) {
    if (!in.prior) throw PluginError("The method works with a diffusion prior, but its manifest does not say that it needs \"prior\".");
}

std::vector<std::uint64_t> seedsOf(const MethodInput& in, const ParamValues& values) {
    std::vector<std::uint64_t> seeds;
    const std::int64_t count = declares(values, "samples") ? values.integer("samples") : 1;
    for (std::int64_t i = 0; i < count; ++i) seeds.push_back(static_cast<std::uint64_t>(in.seed) + static_cast<std::uint64_t>(i));
    return seeds;
}

double noiseIn(const MethodInput& in, const ParamValues& values, double scale) {
    const double given = declares(values, "noise") ? values.real("noise") : 0;
    return std::max(given > 0 ? given : noiseLevel(in.y, in.mask) / scale, kLeastNoise);
}

std::string natureOf(const ParamValues& values) {
    if (!declares(values, "samples")) return "point estimate";
    const std::int64_t count = values.integer("samples");
    return count == 1 ? "sample" : fmt::format("mean of {} samples", count);
}

Ensemble ensembleOf(const at::Tensor& samples, double scale) {
    if (samples.size(0) < 2) return {};
    const EnsembleMaps maps = ensembleMaps(samples);
    return {toComplexArray(samples * scale), toRealArray(maps.deviation * scale), toRealArray(maps.phaseSpread)};
}
}  // namespace

MethodResult runSampler(const std::string& stage, const MethodInput& in, const ParamValues& values, const RunControl& run,
                        const SamplerFactory& make) {
    checkPrior(in);
    const InterruptScope interrupts(run.stop);
    PriorScale scale{1, at::zeros_like(in.y[0])};
    if (in.A) scale = priorScale(*in.A, in.y);
    const TimedPrior timed(*in.prior);
    const TurningPrior turning(timed);
    const bool turns = declares(values, "turns") && values.boolean("turns");
    const Prior& prior = turns ? static_cast<const Prior&>(turning) : timed;
    std::optional<SupportedPrior> supported;
    if (in.A) supported.emplace(prior, in.A->maps());
    SamplerInput input{supported ? *supported : prior, in.A, in.y / scale.factor, scale.image, 0, seedsOf(in, values), in.slice};
    if (in.A) {
        input.sigmaY = noiseIn(in, values, scale.factor);
        input.data = std::make_shared<const DataConsistency>(*in.A, input.y);
    }
    const SampleView view{supported ? &*supported : nullptr, scale.factor};
    StepRecorder recorder(stage, in, scale.factor, run);
    const auto start = std::chrono::steady_clock::now();
    MethodRun steps(make, input, values, view, turning, recorder, run);
    const SolverResult solved = runSteps(steps.start(), steps);
    if (solved.steps == 0) throw Cancelled();
    const at::Tensor samples = view.seen(solved.x);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    MethodResult result = recorder.finish({SampleView::mean(samples), solved.steps, solved.stopped}, in.A ? "sense" : "none");
    result.posterior = Posterior{natureOf(values), scale.factor, input.sigmaY, ensembleOf(samples, scale.factor), seconds, timed.seconds()};
    return result;
}

}  // namespace larmor::recon::diffusion
