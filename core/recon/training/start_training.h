#pragma once
#include "core/base/api/prior_lab.h"
#include "core/recon/training/training_state.h"

namespace larmor::recon::training {

/// The state that a job begins with: random weights, a parent's, or what the folder holds. Contrasts and sigma_data are filled in.
/// @throws InputError if the folder holds a state and the job does not resume it, or resumes what it cannot; IoError, ParamError
[[nodiscard]] LARMOR_RECON_EXPORT TrainingState startTraining(const PriorTrainingJob& job, const io::TrainingPack& pack, c10::Device device);

}  // namespace larmor::recon::training
