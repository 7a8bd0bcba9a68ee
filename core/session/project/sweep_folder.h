#pragma once
// The sheet of a sweep in a project: sweep.json with plan, table and what the cells were made of, and each image that was made as an HDF5
// result beside it.

#include <functional>
#include <string>
#include <vector>

#include "core/session/workbench/sweep_state.h"

namespace larmor::session {

/// "sweeps/1f0a77c3…", by what is in it: another sheet, or the same with other cells, never has the name of this one.
[[nodiscard]] std::string sweepFolderName(const SweepState& sheet);

/// Whole or not at all: a folder of that name appears once all is in it. @throws IoError
void saveSweep(const std::string& folder, const SweepState& sheet);

/// A sheet that has ended.
/// @param source  of a cell's image: what was opened, and where it lies now @param problems  gets a sentence for each image that cannot be
/// read: its cell is as one that was never made @throws IoError, InputError where the sheet itself is damaged; Cancelled
[[nodiscard]] SweepState readSweepFolder(const std::string& folder,
                                          const std::function<std::pair<AcquisitionPtr, std::string>(const Protocol&)>& source,
                                          std::vector<std::string>& problems, const RunControl& run);

}  // namespace larmor::session
