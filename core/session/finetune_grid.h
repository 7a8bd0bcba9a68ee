#pragma once
// The numbers of a fine-tuning: from cells of a sweep to tables, plot and choice.

#include "core/session/finetune_plan.h"
#include "core/session/sweep.h"

namespace larmor::session {

/// Means over the images of what is complete: the parent, then by rate, images and R. @param wanted  images that each is to be scored on
[[nodiscard]] std::vector<FinetuneScore> finetuneGrid(const FinetunePlan& plan, const std::vector<SweepCell>& cells, std::int64_t wanted);

/// The lowest mean over R; of equal ones the shorter training, then the lower rate. @param grid  complete
[[nodiscard]] FinetuneChoice bestOfGrid(const std::vector<FinetuneScore>& grid);

/// Means over the test images. @param cells  scores of the parent and, unless it is the choice, of `chosen`
[[nodiscard]] std::vector<FinetuneTest> finetuneTests(const FinetunePlan& plan, const std::string& chosen,
                                                      const std::vector<SweepCell>& cells);

/// Writes grid.csv and grid.svg; nothing where nothing is scored yet. @throws IoError
void writeFinetuneGrid(const FinetunePlan& plan, const std::vector<FinetuneScore>& grid, const std::optional<FinetuneChoice>& choice);
/// @throws IoError
void writeFinetuneTests(const FinetunePlan& plan, const std::vector<FinetuneTest>& tests);

}  // namespace larmor::session
