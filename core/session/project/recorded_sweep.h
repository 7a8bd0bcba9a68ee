#pragma once
// What a picture says of its sweep, as choices of the window.

#include <string>
#include <vector>

#include "core/session/project/project.h"
#include "core/session/sweep_record.h"
#include "core/session/workbench/sweep_state.h"

namespace larmor::session {

/// Source, first mask, method, values of each method, prior, contrast, slice and device. The window works on one slice of one scan: the
/// first. @param folder  where files that the record names are looked for @param problems  gets a sentence for all that is left out
[[nodiscard]] Project projectOf(const SweepRecord& record, const std::string& folder, std::vector<std::string>& problems);

/// The axes that all methods of the plan share; masks, methods and priors where there are several. No name of the columns: the sweep varied
/// no parameter. @param problems  as above
[[nodiscard]] SweepPlan planOf(const SweepRecord& record, const std::string& folder, std::vector<std::string>& problems);

}  // namespace larmor::session
