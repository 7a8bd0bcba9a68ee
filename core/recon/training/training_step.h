#pragma once
#include <functional>

#include "core/recon/training/gradient_workers.h"
#include "core/recon/training/training_state.h"

namespace larmor::recon::training {

/// One step of the optimiser and of the average. Gradients that are not finite count as zero. Counts the images in the state.
class LARMOR_RECON_EXPORT TrainingStep {
public:
    /// @param workers  threads that share a batch on the CPU
    explicit TrainingStep(TrainingState& state, int workers = 1);
    /// @param images of the step in all processes @return the mean loss of this process
    /// @throws Error if gradients were not finite too often in a row
    double operator()(const TrainingBatch& batch, std::int64_t images);
    /// Called with the gradients before the step: makes them the mean over all processes.
    std::function<void(std::vector<at::Tensor>&)> meanOverProcesses;

private:
    void moveAverage(std::int64_t images);

    TrainingState& m_state;
    GradientWorkers m_gradients;
    std::int64_t m_badInARow = 0;
};

}  // namespace larmor::recon::training
