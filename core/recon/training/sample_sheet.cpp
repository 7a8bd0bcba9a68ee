#include "core/recon/training/sample_sheet.h"

#include <algorithm>
#include <cstring>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include "core/base/rng.h"
#include "core/recon/diffusion/prior_sample.h"

namespace larmor::recon::training {

namespace {

constexpr double kWhite = 1.2;
constexpr std::uint64_t kStreamsOfClass = 1 << 16;  // more than columns

std::vector<std::uint64_t> seedsOf(std::uint64_t seed, std::uint64_t contrastClass, std::int64_t columns) {
    std::vector<std::uint64_t> seeds;
    for (std::int64_t column = 0; column < columns; ++column) {
        NoiseSource random(seed, contrastClass * kStreamsOfClass + static_cast<std::uint64_t>(column));
        const std::uint64_t high = random.bits();
        seeds.push_back((high << 32) | random.bits());
    }
    return seeds;
}

/// [columns, readout, phase] complex
at::Tensor samplesOf(const diffusion::Prior& prior, std::uint64_t contrastClass, const SheetSettings& settings, const StepHook& hook) {
    diffusion::PriorSampleOptions options;
    options.steps = settings.steps;
    options.sigmaMax = std::min(options.sigmaMax, prior.card().sigmaMax);
    options.sigmaMin = std::max(options.sigmaMin, prior.card().sigmaMin);
    const at::Tensor image = at::zeros(settings.size, Device(settings.device).complexOptions());
    const diffusion::SamplerInput in{prior, nullptr, {}, image, 0, seedsOf(settings.seed, contrastClass, settings.columns), 0};
    const auto result = diffusion::priorSample(in, options, hook);
    if (result.stopped) throw Cancelled();
    return result.x;
}

/// [readout, columns phase] bytes
at::Tensor rowOf(const at::Tensor& samples) {
    const at::Tensor grey = samples.abs().mul(255 / kWhite).clamp(0, 255).round().to(at::kCPU, at::kByte);
    return grey.permute({1, 0, 2}).reshape({grey.size(1), -1});
}

}  // namespace

std::vector<std::string> sheetRows(const PriorCard& card) {
    std::vector<std::string> rows;
    for (const auto& contrast : card.contrasts)
        if (!contrast.empty()) rows.push_back(contrast);
    rows.emplace_back();
    return rows;
}

ByteArray sampleSheet(const std::string& weights, const SheetSettings& settings, const RunControl& run) {
    const c10::InferenceMode ordinaryTensors(false);
    const c10::NoGradGuard noAutograd;
    const auto card = readPriorCard(weights);
    const auto contrasts = sheetRows(card);
    const auto total = static_cast<std::int64_t>(contrasts.size()) * settings.steps;
    std::vector<at::Tensor> rows;
    std::int64_t done = 0;
    const auto hook = [&](const SolverStep&) {
        run.progress->onStep({"samples", ++done, total, {}});
        return !run.stop.stop_requested();
    };
    for (const auto& contrast : contrasts) {
        const auto prior = diffusion::openPrior(weights, contrast, Device(settings.device));
        rows.push_back(
            rowOf(samplesOf(*prior, static_cast<std::uint64_t>(card.contrastIndex(contrast).value_or(kContrastClasses)), settings, hook)));
    }
    const at::Tensor all = at::cat(rows).contiguous();
    ByteArray sheet(all.sizes().vec());
    std::memcpy(sheet.data(), all.const_data_ptr(), all.nbytes());
    return sheet;
}

}  // namespace larmor::recon::training
