#include "core/recon/training/trainer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/base/io/text_file.h"
#include "core/recon/device.h"
#include "core/recon/networks/prior_file.h"
#include "core/recon/training/batch_queue.h"
#include "core/recon/training/curve_file.h"
#include "core/recon/training/denoising_gain.h"
#include "core/recon/training/gradient_exchange.h"
#include "core/recon/training/learning_rate.h"
#include "core/recon/training/sample_sheet.h"
#include "core/recon/training/start_training.h"
#include "core/recon/training/trained_card.h"
#include "core/recon/training/training_step.h"
#include "core/recon/training/yardstick_cache.h"

namespace larmor::recon::training {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kValidationEdge = 256;
constexpr double kReportSeconds = 2;
constexpr std::int64_t kFractionSteps = 100'000;
constexpr std::uint64_t kSheetSeed = 1;  // the same noise for every sheet, so that sheets can be compared

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void makeFolder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw IoError(folder, "", "a folder that can be made", error.message(), "Choose another folder.");
}

class Trainer {
public:
    Trainer(const PriorTrainingJob& job, const RunControl& run)
        : m_job(job),
          m_run(run),
          m_exchange(openExchange(job.ranks, run.stop)),
          m_pack(larmor::training::selectedPack(io::openTrainingPack(job.pack), job.config.selection)),
          m_state(startTraining(job, *m_pack, Device(job.device).torch())),
          m_classes(classesOf(*m_pack, m_state.config.contrasts)),
          m_source(*m_pack, m_state.config, m_classes),
          m_step(m_state, Device(job.device).isCuda() ? 1 : at::get_num_threads(), *m_exchange),
          m_secondsBefore(m_state.seconds),
          m_imagesBefore(m_state.images) {
        if (m_exchange->ranks() > 1) requireSameStart();
    }

    PriorTrainingResult train() {
        if (m_exchange->isFirst()) writeConfig();
        loop();
        m_state.seconds = m_secondsBefore + secondsSince(m_start);
        if (m_exchange->isFirst()) {
            checkpoint();
            if (!m_result.stopped && m_state.images > m_validatedAt) validate();
            m_result.weights = m_job.folder + "/" + kWeightsFile;
        }
        m_result.images = m_state.images;
        m_result.seconds = m_state.seconds;
        m_result.loss = m_state.loss;
        m_result.finished = isFinished();
        return m_result;
    }

private:
    void requireSameStart() {
        m_exchange->requireEqual("configuration", m_state.config.toJson().dump());
        m_exchange->requireEqual("training pack", m_state.packHash);
        m_exchange->requireEqual("state of the training", hashOf(m_state));
    }

    [[nodiscard]] bool isFinished() const { return m_state.config.images > 0 && m_state.images >= m_state.config.images; }
    /// Whether it ends here: as soon as one of the ranks has a reason to.
    [[nodiscard]] bool isOver() {
        m_result.stopped = m_result.stopped || m_run.stop.stop_requested();
        const bool ends = m_result.stopped || isFinished() || (m_job.seconds > 0 && secondsSince(m_start) >= m_job.seconds);
        std::array<float, 2> shares{m_result.stopped ? 1.0F : 0.0F, ends ? 1.0F : 0.0F};
        m_exchange->mean(shares);
        m_result.stopped = shares[0] > 0;
        return shares[1] > 0;
    }

    void loop() {
        const auto& config = m_state.config;
        const auto share = config.batch / m_exchange->ranks();
        BatchQueue queue(m_source, m_state.images, config.batch, m_exchange->rank() * share, share);
        m_checkpointed = m_validated = Clock::now();
        while (!isOver()) {
            (void)m_step(queue.next(), config.batch);
            m_state.seconds = m_secondsBefore + secondsSince(m_start);
            if (m_exchange->isFirst()) keepAndShow();
        }
    }

    /// What the first rank alone does between steps.
    void keepAndShow() {
        const auto& config = m_state.config;
        report();
        const bool validates = secondsSince(m_validated) >= 60 * config.validateMinutes;
        if (!validates && secondsSince(m_checkpointed) < 60 * config.checkpointMinutes) return;
        const auto others = m_exchange->busy();
        checkpoint();
        m_checkpointed = Clock::now();
        if (!validates) return;
        validate();
        m_validated = Clock::now();
    }

    void report() {
        const double elapsed = secondsSince(m_start);
        if (elapsed - m_reported < kReportSeconds && !isFinished()) return;
        m_reported = elapsed;
        const auto& config = m_state.config;
        double fraction = 0;
        if (config.images > 0) fraction = static_cast<double>(m_state.images) / static_cast<double>(config.images);
        if (m_job.seconds > 0) fraction = std::max(fraction, elapsed / m_job.seconds);
        const double speed = static_cast<double>(m_state.images - m_imagesBefore) / elapsed;
        m_run.progress->onStep({fmt::format("{} images, {:.1f}/s, loss {:.4f}{}", m_state.images, speed, m_state.loss, m_gain),
                                std::min(static_cast<std::int64_t>(fraction * kFractionSteps), kFractionSteps),
                                config.images > 0 || m_job.seconds > 0 ? kFractionSteps : 0,
                                {}});
    }

    /// After a checkpoint: the samples are those of the weights file.
    void validate() {
        try {
            if (m_state.config.validationImages > 0) judge();
            if (m_state.config.sampleSheet > 0) {
                const SheetSettings settings{.columns = m_state.config.sampleSheet, .seed = kSheetSeed, .device = m_job.device};
                io::savePng(m_job.folder + "/" + kSamplesFile, sampleSheet(m_job.folder + "/" + kWeightsFile, settings, {m_run.stop}), 1);
            }
            m_validatedAt = m_state.images;
        } catch (const Cancelled&) {
            m_result.stopped = true;
        }
    }

    void judge() {
        if (!m_wavelets) {
            m_validation = validationSet(*m_pack, io::Split::Validate, m_classes, m_state.config.validationImages, kValidationEdge);
            m_wavelets = cachedWaveletErrors(m_job.folder + "/" + kYardstickFile, m_state.packHash, m_validation, {m_run.stop});
        }
        if (m_validation.empty()) return;
        m_result.yardstick = denoisingGain(denoiserOf(*m_state.average, m_state.config.sigmaData), m_validation, *m_wavelets,
                                           m_state.config.sigmaData, {m_run.stop});
        const double rate = learningRate(m_state.config.learningRate, m_state.images, m_state.config.images);
        appendToCurve(m_job.folder + "/" + kCurveFile, {m_state.images, m_state.seconds, rate, m_state.loss, m_result.yardstick});
        m_gain = ", gain";
        for (const auto& row : m_result.yardstick)
            if (row.contrast == "all") m_gain += fmt::format(" {:.2f}", row.gainDb);
        m_gain += " dB";
    }

    void checkpoint() {
        saveTrainingState(m_job.folder + "/" + kStateFile, m_state);
        networks::savePrior(m_job.folder + "/" + kWeightsFile, trainedCard(m_state, *m_pack, m_job.command), *m_state.average, true);
    }

    void writeConfig() {
        io::writeTextFile(m_job.folder + "/" + kConfigFile, m_state.config.toJson().dump(2) + '\n');
    }

    const PriorTrainingJob& m_job;
    const RunControl& m_run;
    std::unique_ptr<GradientExchange> m_exchange;
    std::unique_ptr<io::TrainingPack> m_pack;
    TrainingState m_state;
    std::vector<std::int64_t> m_classes;
    BatchSource m_source;
    TrainingStep m_step;
    double m_secondsBefore = 0;
    std::int64_t m_imagesBefore = 0, m_validatedAt = -1;
    Clock::time_point m_start = Clock::now(), m_checkpointed, m_validated;
    double m_reported = -kReportSeconds;
    std::string m_gain;
    std::vector<ValidationImage> m_validation;
    std::optional<std::vector<LevelErrors>> m_wavelets;
    PriorTrainingResult m_result;
};

}  // namespace

PriorTrainingResult trainPrior(const PriorTrainingJob& job, const RunControl& run) {
    const c10::InferenceMode withAutograd(false);
    job.config.check();
    if (job.ranks.count > 0 && job.config.batch % job.ranks.count != 0)
        throw UsageError(fmt::format("A batch of {} images cannot be shared evenly by {} ranks.", job.config.batch, job.ranks.count),
                         "Choose a batch that is a multiple of the number of ranks.");
    if (job.ranks.rank == 0) makeFolder(job.folder);
    return Trainer(job, run).train();
}

}  // namespace larmor::recon::training
