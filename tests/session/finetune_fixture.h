#pragma once
// A small pack of two contrasts, and a parent that was trained on one of them alone.

#include <algorithm>
#include <filesystem>

#include "core/base/data/prior_card.h"
#include "core/session/engine_host.h"
#include "core/session/finetune.h"
#include "tests/support/phantom_pack.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

struct FinetuneFixture {
    /// @param parentImages  that the parent was trained with
    explicit FinetuneFixture(std::int64_t parentImages = 8) : pack(dir.file("small.pack.h5")) {
        session::engine().setThreads(1);  // tiny tensors are faster so
        writePack(pack, 2, 1);
        trainParent(parentImages);
    }

    /// 3 subjects of T1 and 4 of FLAIR to train on, 1 and `validate` to validate, 1 and `test` to test.
    static void writePack(const std::string& path, int validate, int test) {
        io::TrainingPackWriter writer(path);
        addPhantoms(writer, "T1", {3, 1, 1});
        addPhantoms(writer, "FLAIR", {4, validate, test});
        writer.finish({"small", "phantom", "phantoms of the pack", "CC0", {"nobody"}});
    }

    [[nodiscard]] session::FinetuneJob job(const std::string& folder) const {
        session::FinetuneJob job;
        job.parent = parent;
        job.pack = pack;
        job.folder = dir.file(folder);
        job.contrast = "FLAIR";
        job.subjects = 2;
        job.rates = {5e-3, 1e-3};
        job.images = {40, 80};
        job.rampImages = 4;
        job.accelerations = {2, 3};
        job.acs = 14;
        job.validationImages = 2;
        job.testImages = 1;
        job.command = "larmor-cli prior finetune ...";
        job.threads = 1;
        return job;
    }

    TempDir dir;
    std::string pack, parent;

private:
    void trainParent(std::int64_t images) {
        PriorTrainingJob job;
        job.pack = pack;
        job.folder = dir.file("parent");
        job.config.name = "parent";
        job.config.network = {{"patch", 2}, {"channels", {8, 16}}, {"blocks", {1, 1}}, {"embedding", 16}};
        job.config.sizes = {{48, 32}, {32, 48}};
        job.config.selection.without = {"FLAIR"};
        job.config.learningRate.peak = 5e-3;
        job.config.learningRate.rampImages = 8;
        job.config.validationImages = 0;
        job.config.precision = "float32";
        job.config.images = images;
        parent = session::priorLab().train(job, {}).weights;
    }
};

/// Keeps the stages, checks that progress never goes back, and asks for a stop at the first stage that begins with `text`.
struct Watcher final : ProgressSink {
    explicit Watcher(std::string text = "-") : stopAt(std::move(text)) {}
    void onStep(const StepReport& report) override {
        goesBack = goesBack || report.step < last;
        last = report.step;
        total = report.total;
        stages.push_back(report.stage);
        if (report.stage.starts_with(stopAt)) source.request_stop();
    }
    [[nodiscard]] bool saw(const std::string& text) const {
        return std::any_of(stages.begin(), stages.end(), [&](const auto& stage) { return stage.starts_with(text); });
    }
    std::string stopAt;
    std::vector<std::string> stages;
    std::int64_t last = 0, total = 0;
    bool goesBack = false;
    std::stop_source source;
};

}  // namespace larmor::test
