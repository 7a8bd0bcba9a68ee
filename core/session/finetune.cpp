#include "core/session/finetune.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/session/engine_host.h"
#include "core/session/finetune_card.h"
#include "core/session/finetune_grid.h"
#include "core/session/finetune_plan.h"
#include "core/session/finetune_progress.h"
#include "core/session/packed_scan.h"

namespace larmor::session {

namespace {

namespace fs = std::filesystem;
using Work = FinetuneProgress::Work;

constexpr const char* kStateFile = "state.safetensors";
constexpr const char* kWeightsFile = "prior.safetensors";
constexpr const char* kScoresFile = "scores.json";
constexpr const char* kTestScoresFile = "test_scores.json";

/// Scored images of a split, kept in a file cell by cell.
class ScoreBook {
public:
    ScoreBook(const FinetunePlan& plan, const char* file, io::Split split, std::int64_t images)
        : m_plan(plan), m_file(plan.file(file)), m_scans(packedScans(*plan.pack, {split, {plan.job.contrast}, images, {}})) {
        if (fs::exists(m_file)) m_table = readSweep(m_file);
    }
    [[nodiscard]] const std::vector<SweepCell>& cells() const { return m_table.cells; }
    /// Of each weights file and mask.
    [[nodiscard]] std::int64_t images() const { return static_cast<std::int64_t>(m_scans.size()); }
    /// Of each weights file.
    [[nodiscard]] double cellCount() const { return static_cast<double>(m_scans.size() * m_plan.job.accelerations.size()); }
    [[nodiscard]] bool has(const std::string& weights) const {
        const auto count = std::count_if(cells().begin(), cells().end(), [&](const auto& cell) { return cell.prior == weights; });
        return static_cast<double>(count) >= cellCount();
    }
    void score(const std::string& weights, const std::string& contrast, const RunControl& run) {
        SweepRequest request;
        request.scans = m_scans;
        for (auto& scan : request.scans) scan.contrast = contrast;
        for (const double R : m_plan.job.accelerations) request.masks.push_back(m_plan.mask(R));
        request.methods = {{m_plan.job.method, weights, {}}};
        request.mapParameters = ParamValues(espiritParameters());
        request.device = m_plan.job.device;
        request.threads = m_plan.job.threads;
        request.recommended = false;  // the parent's card may recommend values, those of its offspring do not: all are scored alike
        (void)sweep(request, run, m_table, [&](const SweepTable& table) { keep(table); });
    }

private:
    void keep(const SweepTable& table) {
        const auto& cell = table.cells.back();
        if (!cell.failure.empty())
            throw Error(fmt::format("{} could not be scored with {} and {}: {}", cell.scan, cell.prior, cell.mask, cell.failure));
        m_table = table;
        writeSweep(m_file, m_table);
    }

    const FinetunePlan& m_plan;
    std::string m_file;
    std::vector<SweepScan> m_scans;
    SweepTable m_table;
};

class Finetuning {
public:
    Finetuning(const FinetuneJob& job, const RunControl& run)
        : m_plan(finetunePlan(job)),
          m_book(entered(m_plan), kScoresFile, io::Split::Validate, job.validationImages),
          m_tests(testBook()),
          m_progress(run, job.seconds, imagesToTrain(), imagesToScore()) {}

    FinetuneResult go() {
        try {
            fillGrid();
            choose();
            if (m_tests) test();
            m_result.finished = true;
        } catch (const Cancelled&) {
            m_result.finished = false;
        }
        m_result.grid = grid();
        return m_result;
    }

private:
    static const FinetunePlan& entered(const FinetunePlan& plan) {
        enterFinetuneFolder(plan);
        return plan;
    }
    std::optional<ScoreBook> testBook() const {
        if (m_plan.job.testImages == 0) return std::nullopt;
        return std::optional<ScoreBook>(std::in_place, m_plan, kTestScoresFile, io::Split::Test, m_plan.job.testImages);
    }

    [[nodiscard]] std::vector<FinetuneScore> grid() const { return finetuneGrid(m_plan, m_book.cells(), m_book.images()); }
    [[nodiscard]] double imagesToTrain() const {
        double images = 0;
        for (const double rate : m_plan.job.rates) {
            std::int64_t before = 0;
            for (const auto next : m_plan.job.images) {
                if (!fs::exists(m_plan.weights(rate, next))) images += static_cast<double>(next - before);
                before = next;
            }
        }
        return images;
    }
    [[nodiscard]] double imagesToScore() const {
        double weights = m_book.has(m_plan.parent.file) ? 0 : 1;
        for (const double rate : m_plan.job.rates)
            for (const auto images : m_plan.job.images) weights += m_book.has(m_plan.weights(rate, images)) ? 0 : 1;
        return weights * m_book.cellCount() + (m_tests ? 2 * m_tests->cellCount() : 0);
    }

    void fillGrid() {
        score(m_book, m_plan.parent.file, m_plan.parentContrast, "Scoring the parent");
        for (const double rate : m_plan.job.rates) {
            std::int64_t before = 0;
            for (const auto images : m_plan.job.images) {
                train(rate, before, images);
                score(m_book, m_plan.weights(rate, images), m_plan.job.contrast, fmt::format("Scoring {} images at {:g}", images, rate));
                before = images;
            }
        }
    }

    /// Training up to the next duration; its weights are kept under a name of their own.
    void train(double rate, std::int64_t before, std::int64_t images) {
        const auto target = m_plan.weights(rate, images);
        if (fs::exists(target)) return;
        PriorTrainingJob job;
        job.pack = m_plan.job.pack;
        job.folder = m_plan.rateFolder(rate);
        job.config = m_plan.config;
        job.config.images = images;
        job.config.learningRate.peak = rate;
        job.resume = fs::exists(job.folder + '/' + kStateFile);
        job.parent = m_plan.parent.file;
        job.command = m_plan.job.command;
        job.device = m_plan.job.device;
        m_progress.begin(Work::Train, static_cast<double>(before), static_cast<double>(images), fmt::format("Training at {:g}", rate));
        if (!priorLab().train(job, m_progress.control()).finished) throw Cancelled();
        m_progress.end();
        io::copyWhole(job.folder + '/' + kWeightsFile, target);
    }

    void score(ScoreBook& book, const std::string& weights, const std::string& contrast, const std::string& stage) {
        if (!book.has(weights)) {
            m_progress.begin(Work::Score, 0, book.cellCount(), stage);
            book.score(weights, contrast, m_progress.control());
            m_progress.end();
        }
        if (&book == &m_book) writeFinetuneGrid(m_plan, grid(), std::nullopt);
    }

    void choose() {
        const auto scores = grid();
        m_result.choice = bestOfGrid(scores);
        m_result.weights = m_plan.file(kWeightsFile);
        writeFinetuneGrid(m_plan, scores, m_result.choice);
        writeChosen(m_plan, *m_result.choice, scores, m_result.weights);
    }

    void test() {
        const auto chosen = m_plan.weights(m_result.choice->rate, m_result.choice->images);
        score(*m_tests, m_plan.parent.file, m_plan.parentContrast, "Testing the parent");
        if (!m_result.choice->isParent()) score(*m_tests, chosen, m_plan.job.contrast, "Testing the choice");
        m_result.test = finetuneTests(m_plan, chosen, m_tests->cells());
        writeFinetuneTests(m_plan, m_result.test);
    }

    FinetunePlan m_plan;
    ScoreBook m_book;
    std::optional<ScoreBook> m_tests;
    FinetuneProgress m_progress;
    FinetuneResult m_result;
};

}  // namespace

FinetuneResult finetune(const FinetuneJob& job, const RunControl& run) {
    return Finetuning(job, run).go();
}

}  // namespace larmor::session
