#include "core/recon/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/recon/device.h"
#include "core/recon/networks/prior_file.h"
#include "core/recon/training/batch_queue.h"
#include "core/recon/training/curve_file.h"
#include "core/recon/training/denoising_gain.h"
#include "core/recon/training/learning_rate.h"
#include "core/recon/training/start_training.h"
#include "core/recon/training/trained_card.h"
#include "core/recon/training/training_step.h"
#include "core/recon/training/yardstick_cache.h"

namespace larmor::recon::training {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kValidationEdge = 256;
constexpr double kReportSeconds = 2;
constexpr double kLossMemory = 400;  // steps over which the loss is averaged
constexpr std::int64_t kFractionSteps = 100'000;

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
        : m_job(job), m_run(run), m_pack(io::openTrainingPack(job.pack)), m_state(startTraining(job, *m_pack, Device(job.device).torch())),
          m_classes(classesOf(*m_pack, m_state.config.contrasts)), m_source(*m_pack, m_state.config, m_classes), m_step(m_state, Device(job.device).isCuda() ? 1 : at::get_num_threads()),
          m_secondsBefore(m_state.seconds), m_imagesBefore(m_state.images) {}

    PriorTrainingResult train() {
        writeConfig();
        loop();
        m_state.seconds = m_secondsBefore + secondsSince(m_start);
        if (!m_result.stopped && m_state.images > m_validatedAt) validate();
        checkpoint();
        m_result.weights = m_job.folder + "/" + kWeightsFile;
        m_result.images = m_state.images;
        m_result.seconds = m_state.seconds;
        m_result.loss = m_state.loss;
        m_result.finished = isFinished();
        return m_result;
    }

private:
    [[nodiscard]] bool isFinished() const { return m_state.config.images > 0 && m_state.images >= m_state.config.images; }
    [[nodiscard]] bool isOver() {
        m_result.stopped = m_result.stopped || m_run.stop.stop_requested();
        return m_result.stopped || isFinished() || (m_job.seconds > 0 && secondsSince(m_start) >= m_job.seconds);
    }

    void loop() {
        const auto& config = m_state.config;
        BatchQueue queue(m_source, m_state.images, config.batch, 0, config.batch);
        auto checkpointed = Clock::now(), validated = checkpointed;
        while (!isOver()) {
            const double loss = m_step(queue.next(), config.batch);
            m_state.loss += (loss - m_state.loss) / std::min(static_cast<double>(m_state.steps), kLossMemory);
            m_state.seconds = m_secondsBefore + secondsSince(m_start);
            report();
            if (secondsSince(checkpointed) >= 60 * config.checkpointMinutes) {
                checkpoint();
                checkpointed = Clock::now();
            }
            if (secondsSince(validated) >= 60 * config.validateMinutes) {
                validate();
                validated = Clock::now();
            }
        }
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
                                config.images > 0 || m_job.seconds > 0 ? kFractionSteps : 0, {}});
    }

    void validate() {
        if (m_state.config.validationImages == 0) return;
        try {
            if (!m_wavelets) {
                m_validation = validationSet(*m_pack, io::Split::Validate, m_classes, m_state.config.validationImages, kValidationEdge);
                m_wavelets = cachedWaveletErrors(m_job.folder + "/" + kYardstickFile, m_state.packHash, m_validation, {m_run.stop});
            }
            if (m_validation.empty()) return;
            m_result.yardstick = denoisingGain(denoiserOf(*m_state.average, m_state.config.sigmaData), m_validation, *m_wavelets,
                                               m_state.config.sigmaData, {m_run.stop});
        } catch (const Cancelled&) {
            m_result.stopped = true;
            return;
        }
        m_validatedAt = m_state.images;
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
        io::writeAtomically(m_job.folder + "/" + kConfigFile, [&](const std::string& temporary) {
            std::ofstream file(temporary);
            file << m_state.config.toJson().dump(2) << '\n';
            file.close();
            if (!file) throw IoError(temporary, "", "a file that can be written", "a full or failing disk");
        });
    }

    const PriorTrainingJob& m_job;
    const RunControl& m_run;
    std::unique_ptr<io::TrainingPack> m_pack;
    TrainingState m_state;
    std::vector<std::int64_t> m_classes;
    BatchSource m_source;
    TrainingStep m_step;
    double m_secondsBefore = 0;
    std::int64_t m_imagesBefore = 0, m_validatedAt = -1;
    Clock::time_point m_start = Clock::now();
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
    makeFolder(job.folder);
    return Trainer(job, run).train();
}

}  // namespace larmor::recon::training
