#pragma once
#include <string>

#include "core/session/finetune_plan.h"

namespace larmor::session {

/// Writes the chosen weights under another name, with a card that holds the grid and what the parent brought along: the images that it
/// saw, its licence and its attributions. Tensors stay as they are. @throws IoError
void writeChosen(const FinetunePlan& plan, const FinetuneChoice& choice, const std::vector<FinetuneScore>& grid, const std::string& path);

}  // namespace larmor::session
