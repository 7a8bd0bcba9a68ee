#pragma once
#include "core/base/export.h"
#include "core/base/training/training_config.h"

namespace larmor::recon::training {

/// The learning rate after so many images: a linear ramp from 0, then the peak, then the decay to its end at `images`.
[[nodiscard]] LARMOR_RECON_EXPORT double learningRate(const larmor::training::LearningRateConfig& config, std::int64_t seen, std::int64_t images);

/// Weight of the old average in a step of `batch` images: 0.5^(batch / half-life), where the half-life is at most `ramp` x images seen
/// [Karras 2022]; 0 when nothing was seen.
[[nodiscard]] LARMOR_RECON_EXPORT double averageDecay(double halfLifeImages, double ramp, std::int64_t seen, std::int64_t batch);

}  // namespace larmor::recon::training
