#pragma once
// One reconstruction each of many files, into one folder: what is done is not done again, what fails does not stop the others, and a table
// says what came of each.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/io/load.h"
#include "core/base/metrics/metrics.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

struct CohortRow {
    std::string source, hash;            ///< SHA-256 of the source
    std::string output;                  ///< name within the folder
    std::string failure;                 ///< empty: done
    std::int64_t slices = 0;
    double acceleration = 0, seconds = 0;
    std::string reference;               ///< what the image was compared with; empty: with nothing
    std::optional<metrics::SliceMetrics> mean;  ///< over the slices
    bool simulated = false;
    bool wasThere = false;               ///< of an earlier call: nothing was done
};

struct CohortTable {
    nlohmann::json settings = nlohmann::json::object();  ///< all that decides the images but the files
    std::vector<CohortRow> rows;                         ///< in the order of the files
};

struct CohortRequest {
    std::vector<std::string> files;
    io::LoadOptions load;
    /// The request for a scan. @throws Error where the scan does not fit: its row says so
    std::function<ReconstructionRequest(AcquisitionPtr)> ask;
    nlohmann::json settings = nlohmann::json::object();
    std::string folder;             ///< made if it is missing
    std::string extension = ".h5";  ///< of the results
    std::int64_t jobs = 1;          ///< files at a time; the threads are shared among them
    bool compares = true;           ///< with the scan's own reference where it was fully sampled
};

/// Name of the table in the folder; beside it lies the same as CSV.
inline constexpr const char* kCohortTable = "summary.json";

/// Goes on with what the folder's table says is done: with the same settings, the same bytes of the source, and the result still there.
/// The table is written after each file. @param told  of each file as it ends, from the thread that worked on it, one at a time
/// @throws UsageError if the folder holds results of other settings, or a result would take the place of a source; IoError; Cancelled, after which the folder can be gone on with
CohortTable reconstructCohort(const CohortRequest& request, const RunControl& run, const std::function<void(const CohortRow&)>& told = {});

/// Files that are named, those of lists ("@files.txt": a path a line, # begins a comment), and k-space files of folders, by name and not below.
/// @throws UsageError where a folder or a list holds none; IoError
[[nodiscard]] std::vector<std::string> cohortFiles(const std::vector<std::string>& names);

/// "a.h5" and "b/a.h5" become "a.h5" and "a_2.h5". @param taken  names that others have
[[nodiscard]] std::vector<std::string> cohortOutputs(const std::vector<std::string>& files, const std::string& extension, std::set<std::string> taken = {});

/// Both files in the folder. @throws IoError
void writeCohort(const std::string& folder, const CohortTable& table);
/// Empty where the folder holds none. @throws IoError for a damaged one
[[nodiscard]] CohortTable readCohort(const std::string& folder);

}  // namespace larmor::session
