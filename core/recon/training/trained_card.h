#pragma once
#include "core/base/api/prior_lab.h"
#include "core/base/data/prior_card.h"
#include "core/recon/training/training_state.h"

namespace larmor::recon::training {

/// What the weights of a run say of themselves. @param pack  the images that the configuration selects
[[nodiscard]] LARMOR_RECON_EXPORT PriorCard trainedCard(const TrainingState& state, const io::TrainingPack& pack, const std::string& command);

}  // namespace larmor::recon::training
