#pragma once
// A small training pack and a network that trains in milliseconds.

#include <memory>

#include <ATen/Parallel.h>

#include "core/base/api/prior_lab.h"
#include "core/base/rng.h"
#include "tests/support/phantom_pack.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

/// Tiny tensors are faster on one thread, above all where other programs run.
class OneThread {
public:
    OneThread() { at::set_num_threads(1); }
    ~OneThread() { at::set_num_threads(m_before); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    int m_before = at::get_num_threads();
};

/// Scaled phantoms: 4 of T1 (weight 1) and 2 of T2 (weight 4) to train on, 2 and 1 to validate, 1 and 1 to test.
struct TrainingFixture {
    TrainingFixture() : path(dir.file("small.pack.h5")) {
        io::TrainingPackWriter writer(path);
        addPhantoms(writer, "T1", {4, 2, 1}, 1);
        addPhantoms(writer, "T2", {2, 1, 1}, 4);
        writer.finish({"small", "phantom", "phantoms", "CC0", {"nobody"}});
        pack = io::openTrainingPack(path);
    }

    [[nodiscard]] static training::TrainingConfig config() {
        training::TrainingConfig config;
        config.network = {{"patch", 2}, {"channels", {8, 16}}, {"blocks", {1, 1}}, {"embedding", 16}};
        config.contrasts = {"T1", "T2"};
        config.sizes = {{48, 32}, {32, 48}};
        config.learningRate.rampImages = 8;
        config.validationImages = 2;
        config.sampleSheet = 0;
        config.precision = "float32";
        return config;
    }
    [[nodiscard]] PriorTrainingJob job(const std::string& folder, std::int64_t images) const {
        PriorTrainingJob job;
        job.pack = path;
        job.folder = dir.file(folder);
        job.config = config();
        job.config.images = images;
        return job;
    }

    OneThread oneThread;
    TempDir dir;
    std::string path;
    std::unique_ptr<io::TrainingPack> pack;
};

}  // namespace larmor::test
