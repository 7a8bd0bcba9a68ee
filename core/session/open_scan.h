#pragma once
// Opening k-space with all that it takes to reconstruct it slice by slice.

#include <string>

#include "core/base/data/acquisition.h"
#include "core/base/io/load.h"
#include "core/base/run_control.h"

namespace larmor::session {

/// io::openAcquisition, and: raw data of Siemens' scanners is converted, 3D k-space becomes slices (VolumeScan). @throws IoError,
/// InputError
[[nodiscard]] AcquisitionPtr openScan(const std::string& path, const io::LoadOptions& options = {}, const RunControl& run = {});

/// The same, but 3D k-space stays as it is: a plane for each partition encode.
[[nodiscard]] AcquisitionPtr openPlanes(const std::string& path, const io::LoadOptions& options = {}, const RunControl& run = {});

}  // namespace larmor::session
