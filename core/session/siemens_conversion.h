#pragma once
// Raw data of Siemens' scanners, by way of the program that knows it.

#include <cstdint>
#include <string>

#include "core/base/run_control.h"

namespace larmor::session {

/// Runs siemens_to_ismrmrd on the last measurement of the file, where that program is on the PATH, and keeps what it writes in the user's
/// cache folder (XDG_CACHE_HOME, else ~/.cache) for the next time; a file that changed is converted again. Blocks for as long as it takes.
/// @param measurements  of io::siemensMeasurements @returns path of the ISMRMRD file
/// @throws InputError with the command where the program is missing, or what it said where it failed; Cancelled
[[nodiscard]] std::string convertedSiemens(const std::string& path, std::int64_t measurements, const RunControl& run);

}  // namespace larmor::session
