#pragma once
// The folder of a project on the disk. Each file is written under a temporary name and renamed, project.json as the last one: who is killed
// while it saves leaves the project as it was before.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/data/sampling_mask.h"
#include "core/base/run_control.h"
#include "core/session/project/project.h"

namespace larmor::session {

/// The folder that a path means: "scan.larmor" or "scan.larmor/project.json". Empty: the path is no project's.
[[nodiscard]] std::string projectFolderOf(const std::string& path);
/// "scan" of "/data/scan.larmor"
[[nodiscard]] std::string projectName(const std::string& folder);
/// The file of a mask's text, and ":ARRAY" where one of its arrays is named; empty where the text names no file that is there.
[[nodiscard]] std::pair<std::string, std::string> maskFileOf(const std::string& text);
/// What project.json holds. @throws IoError if it is missing or no JSON; InputError naming file and field if it is damaged or of another
/// format
[[nodiscard]] Project readProject(const std::string& folder);

/// Saves one project again and again; what it wrote once and did not change it leaves alone. Used by one thread at a time.
class ProjectFolder {
public:
    /// A file that the project names, and what writes it under the path that it is given.
    struct Item {
        std::string file;  ///< from the folder
        std::function<void(const std::string& path)> write;
    };
    /// @param known  files that are there and whole; sources whose size and hash are known already
    explicit ProjectFolder(std::string path, std::set<std::string> known = {}, const std::vector<ProjectSource>& sources = {});

    [[nodiscard]] const std::string& path() const { return m_path; }
    /// The sources get their sizes, hashes and ways from here; those that are gone keep what was known. Files of earlier saves that the
    /// project no longer names are removed. @param drawn  the mask that was edited, if the project has one
    /// @throws UsageError if the folder holds other things than a project; IoError; Cancelled
    void save(Project project, const std::vector<Item>& items, const SamplingMask* drawn, const RunControl& run);

private:
    void prepare() const;
    void measureSources(Project& project, const RunControl& run);
    void keepMask(ProjectMask& mask, const SamplingMask* drawn);
    void write(const Item& item);
    void removeOthers(const std::set<std::string>& named);

    std::string m_path;
    std::set<std::string> m_written;
    std::map<std::string, ProjectSource> m_sources;  ///< by path
};

}  // namespace larmor::session
