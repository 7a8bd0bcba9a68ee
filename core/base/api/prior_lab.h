#pragma once
// The interface behind which priors are trained and judged: exported by larmor_recon beside Engine, loaded the same way.

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

struct PriorTrainingJob {
    std::string pack;        ///< a training pack
    std::string folder;      ///< where state, weights and curve are written; made if it is missing
    training::TrainingConfig config;
    double seconds = 0;      ///< ends this run after so long; 0: no limit
    bool resume = false;     ///< goes on with the state in the folder; its configuration holds, but for `images`
    std::string parent;      ///< weights to start from; empty: random ones
    std::string command;     ///< kept in the weights' history
    std::string device = "cpu";
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
};

class LARMOR_BASE_EXPORT PriorLab {
public:
    virtual ~PriorLab();
    /// Trains until the number of images, the time or a stop ends it; each leaves a state that can be resumed. Writes into the folder
    /// `state.safetensors` (everything), `prior.safetensors` (averaged weights), `curve.csv` and `config.json`.
    /// @throws InputError, IoError, ParamError, DeviceError; Error if the loss stays not finite
    [[nodiscard]] virtual PriorTrainingResult train(const PriorTrainingJob& job, const RunControl& run) = 0;
    /// @throws InputError if the split is empty; IoError, Cancelled
    [[nodiscard]] virtual std::vector<YardstickRow> evaluate(const PriorEvaluationJob& job, const RunControl& run) = 0;
};

/// The symbol that larmor_recon exports in C.
inline constexpr const char* kPriorLabFactory = "larmorCreatePriorLab";
using PriorLabFactory = PriorLab* (*)();

}  // namespace larmor
