#pragma once
// Fine-tuning of a prior to a contrast: a grid of learning rates and durations, chosen on validation subjects, then tested once.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/masks/mask_generator.h"
#include "core/base/run_control.h"

namespace larmor::session {

struct FinetuneJob {
    std::string parent;                           ///< a name of knownPriors(), or a weights file
    std::string pack;                             ///< training pack
    std::string folder;                           ///< made if it is missing
    std::string contrast;                         ///< of the pack; its class is the parent's own of this name, else the next that is free
    std::int64_t subjects = 0;                    ///< training subjects, drawn by the seed of the selection; 0: all
    std::vector<double> rates{1e-4, 3e-5, 1e-5};  ///< learning rates, constant after the ramp
    std::vector<std::int64_t> images{500, 1000, 2000};  ///< durations; 0, the parent, is always among them
    std::int64_t rampImages = 100;                      ///< the learning rate rises from 0 over so many images
    std::vector<double> accelerations{4, 6};
    masks::Kind mask = masks::Kind::Equispaced;
    std::int64_t acs = 24;
    std::string method = "pnp";                          ///< reconstructs what is scored
    std::int64_t validationImages = 4, testImages = 8;   ///< scored at most; testImages 0: no test
    nlohmann::json settings = nlohmann::json::object();  ///< of training::TrainingConfig, over the parent's own
    double seconds = 0;                                  ///< ends this run after so long; 0: no limit
    bool resume = false;  ///< goes on with the folder's work; everything else must be as it was, but for `seconds`
    std::string command;  ///< kept in the weights' history
    std::string device = "cpu";
    std::int64_t threads = 0;  ///< of the reconstructions; 0: defaultThreads()
};

/// One learning rate, duration and R.
struct FinetuneScore {
    double rate = 0;          ///< 0: the parent
    std::int64_t images = 0;  ///< trained; 0: the parent
    double acceleration = 1;
    double nrmse = 0;  ///< mean over the images scored
    std::int64_t scored = 0;
};

struct FinetuneChoice {
    double rate = 0;
    std::int64_t images = 0;
    double nrmse = 0, parentNrmse = 0;  ///< means over R, on the validation images
    [[nodiscard]] bool isParent() const { return images == 0; }
};

struct FinetuneTest {
    std::string weights;                                     ///< "parent", "chosen"
    double acceleration = 1, nrmse = 0, psnr = 0, ssim = 0;  ///< means
    std::int64_t scored = 0;
};

struct FinetuneResult {
    std::vector<FinetuneScore> grid;       ///< what was scored so far: the parent, then by rate, images, R
    std::optional<FinetuneChoice> choice;  ///< empty until the grid is complete
    std::vector<FinetuneTest> test;
    std::string weights;    ///< of the choice
    bool finished = false;  ///< false: stopped or out of time; `resume` goes on
};

/// Trains all weights of the parent with each learning rate, with a fresh optimiser, and keeps the averaged weights at every duration; the
/// shorter runs are the beginnings of the longer. Each is scored by the NRMSE of reconstructions of simulated multi-coil scans of
/// validation images. The best of the grid, which may be the parent, is then compared with the parent on test images, once.
///
/// Writes into the folder `finetune.json` (what was asked), `grid.csv`, `grid.svg`, `scores.json` (each image), a folder for each rate,
/// `prior.safetensors`, `test.csv`, `test_scores.json`. A stop or the end of the time leaves what is done; nothing of it is done again.
/// @throws ParamError, UsageError, InputError, IoError for what cannot work, before anything is trained; Error if a reconstruction fails
[[nodiscard]] FinetuneResult finetune(const FinetuneJob& job, const RunControl& run);

}  // namespace larmor::session
