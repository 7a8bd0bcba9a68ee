#pragma once
// The interface behind which priors are trained and judged: exported by larmor_recon beside Engine, loaded the same way.

#include <array>
#include <string>
#include <vector>

#include "core/base/io/training_pack.h"
#include "core/base/run_control.h"
#include "core/base/training/training_config.h"

namespace larmor {

/// How well a prior denoises images that it never saw, against the best that wavelets can do: what tells within seconds whether it is
/// worth sampling with.
struct YardstickRow {
    std::string contrast;    ///< "all": every contrast together
    double sigma = 0;        ///< noise a real channel, in units of the 99th percentile
    double loss = 0;         ///< EDM's at this level
    double error = 0, waveletError = 0;  ///< mean squared, a real channel
    double gainDb = 0;       ///< mean over images of 10 log10(wavelet error / error)
    std::int64_t images = 0;
};

/// The processes ("ranks") that share a training: each takes its part of every batch. The weights are those of one process but for
/// rounding. All are given the same job and the same files, and their own number.
struct TrainingRanks {
    std::int64_t count = 1, rank = 0;
    std::string host;            ///< of rank 0, as the others reach it
    int port = 0;                ///< on that host, where they meet
    double timeoutSeconds = 300; ///< of silence after which a rank counts as dead
    bool isServed = false;       ///< whoever started the ranks keeps the meeting place open (torchrun); else rank 0 does
    std::string prefix;          ///< tells attempts at the same meeting place apart
};

struct PriorTrainingJob {
    std::string pack;        ///< a training pack
    std::string folder;      ///< where state, weights and curve are written; made if it is missing
    training::TrainingConfig config;
    double seconds = 0;      ///< ends this run after so long; 0: no limit
    bool resume = false;     ///< goes on with the state in the folder; its configuration holds, but for `images`
    std::string parent;      ///< weights to start from; empty: random ones
    std::string command;     ///< kept in the weights' history
    std::string device = "cpu";
    TrainingRanks ranks{};   ///< rank 0 alone writes and reports; a stop of one stops all after the same step
};

struct PriorTrainingResult {
    std::string weights;     ///< the file of the averaged weights
    std::int64_t images = 0; ///< seen in all
    double seconds = 0;      ///< trained in all
    double loss = 0;         ///< running mean of the training loss
    bool stopped = false;    ///< by request: the state is kept and the run can be resumed
    bool finished = false;   ///< the number of images was reached
    std::vector<YardstickRow> yardstick;  ///< of the last validation
};

struct PriorEvaluationJob {
    std::string weights, pack;
    io::Split split = io::Split::Validate;
    std::int64_t images = 32;
    std::string device = "cpu";
    training::ImageSelection selection{};  ///< of the pack: a prior refuses contrasts that it has no class for
    double tissuePhase = 0;  ///< strength of the phase between tissues that magnitude images get, in radians
};

struct PriorSamplesJob {
    std::string weights;
    std::string picture;     ///< the PNG that is written
    std::int64_t columns = 4;                    ///< samples of each contrast
    std::array<std::int64_t, 2> size{128, 128};  ///< of a sample: readout, phase
    std::int64_t steps = 24;                     ///< 2 steps - 1 evaluations of the network a sample
    std::uint64_t seed = 1;
    std::string device = "cpu";
};

class LARMOR_BASE_EXPORT PriorLab {
public:
    virtual ~PriorLab();
    /// Trains until the number of images, the time or a stop ends it; each leaves a state that can be resumed. Writes into the folder
    /// `state.safetensors` (everything), `prior.safetensors` (averaged weights), `curve.csv`, `samples.png` and `config.json`.
    /// @throws InputError, IoError, ParamError, DeviceError; Error if the loss stays not finite
    [[nodiscard]] virtual PriorTrainingResult train(const PriorTrainingJob& job, const RunControl& run) = 0;
    /// @throws InputError if the split is empty; IoError, Cancelled
    [[nodiscard]] virtual std::vector<YardstickRow> evaluate(const PriorEvaluationJob& job, const RunControl& run) = 0;
    /// Draws from a prior alone and writes the magnitudes as a picture of one row a contrast, the last one without a label.
    /// @return the contrasts of the rows, "" for the last @throws InputError, IoError, Cancelled
    [[nodiscard]] virtual std::vector<std::string> drawSamples(const PriorSamplesJob& job, const RunControl& run) = 0;
};

/// The symbol that larmor_recon exports in C.
inline constexpr const char* kPriorLabFactory = "larmorCreatePriorLab";
using PriorLabFactory = PriorLab* (*)();

}  // namespace larmor
