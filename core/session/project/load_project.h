#pragma once
// A project, or a result with all that it was made with, read from the disk: ready to be shown. Nothing here touches a workbench.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/data/acquisition.h"
#include "core/base/data/reconstruction.h"
#include "core/base/run_control.h"
#include "core/session/project/project.h"
#include "core/session/project/sweep_folder.h"
#include "core/session/reconstruct.h"
#include "core/session/sweep_record.h"

namespace larmor::session {

struct LoadedResult {
    std::string file;  ///< as ProjectResult::file; of a result that was opened by itself, empty
    std::string name;
    std::shared_ptr<const Reconstruction> result;  ///< its protocol names the source where it lies now
    AcquisitionPtr acquisition;
};

/// A copy of a steered run's folder, ready to be adopted by a workbench.
struct LoadedRun {
    std::string folder, name;
    std::string result;  ///< as ProjectRun::result
    ReconstructionRequest request;
};

struct LoadedProject {
    Project project;                      ///< sources with the paths where they were found
    std::string folder;                   ///< empty: from a result or a figure
    std::vector<AcquisitionPtr> sources;  ///< one for each of project.sources; null where it was not found
    std::vector<LoadedResult> results;
    std::vector<LoadedRun> runs;
    std::optional<SweepState> sweep;
    std::optional<SweepPlan> plan;    ///< of a picture of a sweep: what is to be started again
    std::vector<ProjectResult> left;  ///< results that are listed and could not be opened
    std::optional<SamplingMask> drawn;
    std::int64_t seed = 0;              ///< of a result or a figure; 0: not told
    std::vector<SteeringChange> steering;  ///< of a result or a figure: what was changed on the way, without where it ended
    std::set<std::string> files;        ///< of the project, those that are there
    std::vector<std::string> problems;  ///< what could not be opened, a sentence each
    /// Where the source to show was not found: it is to be asked for, and nothing else was opened.
    std::optional<ProjectSource> missing;
    std::string reason;  ///< why not
};

/// Where sources lie that a person found, by their SHA-256.
using FoundPaths = std::map<std::string, std::string>;

/// @param folder  of the project @throws IoError, InputError for a project.json that cannot be read; Cancelled
[[nodiscard]] LoadedProject loadProject(const std::string& folder, const FoundPaths& found, const RunControl& run);

/// The state that made a result: of the file at `path` (io::readStoredResult). Without pixels there is no result in it, only the state.
/// @throws Cancelled
[[nodiscard]] LoadedProject loadResult(Reconstruction result, const std::string& path, const FoundPaths& found, const RunControl& run);

/// What a picture of a sweep says, without its cells. @param open  the file that is open: taken where it has the same bytes
/// @throws Cancelled
[[nodiscard]] LoadedProject loadSweepPicture(const SweepRecord& record, const std::string& path, FoundPaths found, const std::string& open,
                                             const RunControl& run);

}  // namespace larmor::session
