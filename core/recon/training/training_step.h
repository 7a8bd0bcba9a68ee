#pragma once
#include "core/recon/training/gradient_exchange.h"
#include "core/recon/training/gradient_workers.h"
#include "core/recon/training/training_state.h"

namespace larmor::recon::training {

/// One step of the optimiser and of the average. Gradients that are not finite count as zero, a loss that is not as none. Counts the images
/// in the state.
class LARMOR_RECON_EXPORT TrainingStep {
public:
    /// @param workers  threads that share a batch on the CPU
    /// @param exchange  with the other processes that train the same network; must outlive this
    TrainingStep(TrainingState& state, int workers, GradientExchange& exchange);
    /// @param batch  this process's part @param images of the step in all processes @return the mean loss over all processes
    /// @throws Error if gradients were not finite too often in a row, or another process is gone
    double operator()(const TrainingBatch& batch, std::int64_t images);

private:
    void moveAverage(std::int64_t images);

    TrainingState& m_state;
    GradientWorkers m_gradients;
    GradientExchange& m_exchange;
    std::int64_t m_badInARow = 0;
};

}  // namespace larmor::recon::training
