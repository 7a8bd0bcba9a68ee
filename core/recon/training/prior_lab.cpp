// The PriorLab behind which training lives; see core/base/api/prior_lab.h.
#include "core/base/api/prior_lab.h"

#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/recon/device.h"
#include "core/recon/networks/prior_file.h"
#include "core/recon/torch_errors.h"
#include "core/recon/training/batch_source.h"
#include "core/recon/training/denoising_gain.h"
#include "core/recon/training/sample_sheet.h"
#include "core/recon/training/trainer.h"

namespace larmor::recon::training {

namespace {

constexpr std::int64_t kEvaluationEdge = 384;

std::vector<YardstickRow> evaluated(const PriorEvaluationJob& job, const RunControl& run) {
    // Networks notice by its version that a weight changed, which tensors of the inference mode do not have.
    const c10::InferenceMode ordinaryTensors(false);
    const c10::NoGradGuard noAutograd;
    if (!(job.tissuePhase >= 0) || !std::isfinite(job.tissuePhase)) throw ParamError("tissue phase", fmt::format("{:g} is below 0", job.tissuePhase));
    const auto pack = larmor::training::selectedPack(io::openTrainingPack(job.pack), job.selection);
    const auto prior = networks::loadPrior(job.weights, Device(job.device).torch());
    const auto images = validationSet(*pack, job.split, classesOf(*pack, prior.card.contrasts), job.images, kEvaluationEdge, job.tissuePhase);
    if (images.empty())
        throw InputError(fmt::format("The pack {} has no image in the split '{}'.", job.pack, io::toText(job.split)),
                         "Choose another with --split.");
    const auto wavelets = waveletErrors(images, run);
    return denoisingGain(denoiserOf(*prior.network, prior.card.sigmaData), images, wavelets, prior.card.sigmaData, run);
}

std::vector<std::string> drawn(const PriorSamplesJob& job, const RunControl& run) {
    const SheetSettings settings{job.columns, job.size, job.steps, job.seed, job.device};
    io::savePng(job.picture, sampleSheet(job.weights, settings, run), 1);
    return sheetRows(readPriorCard(job.weights));
}

class PriorLabImplementation final : public PriorLab {
public:
    PriorLabImplementation() { loadCudaBackend(); }
    PriorTrainingResult train(const PriorTrainingJob& job, const RunControl& run) override {
        return torchEdge("the training", job.device, [&] { return trainPrior(job, run); });
    }
    std::vector<YardstickRow> evaluate(const PriorEvaluationJob& job, const RunControl& run) override {
        return torchEdge("the evaluation", job.device, [&] { return evaluated(job, run); });
    }
    std::vector<std::string> drawSamples(const PriorSamplesJob& job, const RunControl& run) override {
        return torchEdge("sampling", job.device, [&] { return drawn(job, run); });
    }
};

}  // namespace

}  // namespace larmor::recon::training

extern "C" LARMOR_EXPORT larmor::PriorLab* larmorCreatePriorLab() {
    return new larmor::recon::training::PriorLabImplementation();
}
