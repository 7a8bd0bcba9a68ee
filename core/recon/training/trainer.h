#pragma once
#include "core/base/api/prior_lab.h"

namespace larmor::recon::training {

/// See PriorLab::train. Autograd is on inside, whatever the caller's mode.
[[nodiscard]] LARMOR_RECON_EXPORT PriorTrainingResult trainPrior(const PriorTrainingJob& job, const RunControl& run);

/// Names of the files in a training folder.
inline constexpr const char* kStateFile = "state.safetensors";
inline constexpr const char* kWeightsFile = "prior.safetensors";
inline constexpr const char* kCurveFile = "curve.csv";
inline constexpr const char* kConfigFile = "config.json";
inline constexpr const char* kYardstickFile = "yardstick.json";
inline constexpr const char* kSamplesFile = "samples.png";

}  // namespace larmor::recon::training
