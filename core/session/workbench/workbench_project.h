#pragma once
// The project of a workbench: what is open and chosen as a folder on the disk, and the way back. Owned and called by the workbench's
// thread; reading, hashing and writing run elsewhere. Saved by itself at the end of each run.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/session/project/load_project.h"
#include "core/session/project/project_folder.h"
#include "core/session/workbench/result_list.h"
#include "core/session/workbench/slice_store.h"

namespace larmor::session {

class Workbench;

class WorkbenchProject {
public:
    explicit WorkbenchProject(Workbench& bench) : m_bench(bench) {}

    /// Of the project that is open; empty: none.
    [[nodiscard]] const std::string& folder() const { return m_place.folder; }
    [[nodiscard]] std::string name() const { return projectName(m_place.folder); }
    /// Something is there that the folder does not hold yet. False where no project is open.
    [[nodiscard]] bool unsaved() const;
    [[nodiscard]] bool saving() const;
    [[nodiscard]] bool saveFailed() const { return m_saveFailed; }  ///< the last time
    /// @param folder  NAME.larmor, from then on the project that is open; empty: the one that is open
    void save(const std::string& folder = {});
    /// Saves what is unsaved, then lets go of everything: no project, no file, no results. Refused with a notice while something runs.
    void close();
    /// Saves what is unsaved, then shows the project as it was left. What is missing is told as a notice.
    void open(const std::string& folder);

    /// The k-space file that is asked for: that of a project or result whose source is not where it was.
    [[nodiscard]] const std::optional<ProjectSource>& asked() const { return m_asked; }
    /// Takes a file as that source and goes on where it was asked for; another file is refused with a notice.
    void find(const std::string& path);

    /// What the window keeps of its own in the project; an empty object: nothing.
    void setWindow(nlohmann::json window) { m_window = std::move(window); }
    [[nodiscard]] const nlohmann::json& window() const { return m_window; }

private:
    friend class Workbench;
    /// Where it is saved, and what the folder holds already.
    struct Place {
        std::string folder;
        std::shared_ptr<ProjectFolder> disk;  ///< used by the work that saves
        std::map<ResultId, std::string> files;
        std::int64_t lastNumber = 0;
        std::vector<ProjectResult> left;  ///< results that could not be opened stay listed, with their sources
        std::vector<ProjectSource> leftSources;
        std::string leftSweep;  ///< folder of a sheet that could not be read: it stays until another sweep takes its place
        std::string leftIn;     ///< the folder that holds their files
        nlohmann::json saved;  ///< the project as it was saved last
    };
    /// Read, and its slice to begin with; no acquisition where none is shown.
    struct Loaded {
        LoadedProject content;
        AcquisitionPtr acquisition;
        KspaceSlice first;
        std::string path;  ///< that was asked for
    };

    [[nodiscard]] static Loaded complete(LoadedProject content, std::string path, const AcquisitionPtr& current);
    [[nodiscard]] Project now(const Place& place) const;
    void addSources(Project& project, const Place& place) const;
    [[nodiscard]] ProjectView viewNow(const Place& place) const;
    void nameResults(Place& place) const;
    [[nodiscard]] std::vector<ProjectRun> runsNow(const Place& place) const;
    [[nodiscard]] std::string sweepNow() const;
    [[nodiscard]] std::vector<ProjectFolder::Item> itemsOf(const Place& place) const;
    [[nodiscard]] bool refusesWhileRunning();
    void afterSaving(std::function<void()> next);
    void read(const std::string& path, FoundPaths found);
    void take(Loaded loaded);
    void ask(const Loaded& loaded);
    void clear();
    void takePlace(const Loaded& loaded);
    void takeSource(Loaded& loaded);
    void takeChoices(Loaded& loaded);
    void takeValues(const Project& project, std::vector<std::string>& problems);
    void takePrior(const Project& project, std::vector<std::string>& problems);
    void takeResults(Loaded& loaded);
    void takeRuns(Loaded& loaded);
    void takeSweep(Loaded& loaded);
    void takePlan(const LoadedProject& content);
    void takeView(const Project& project);
    void tellTaken(const Loaded& loaded);

    Workbench& m_bench;
    Place m_place;
    std::optional<std::string> m_waiting;  ///< to be saved there once what is being saved is done
    std::function<void()> m_next;          ///< once all is saved
    bool m_saveFailed = false;
    std::optional<ProjectSource> m_asked;
    std::string m_askedFor;  ///< path of the project or result that is waiting for it
    FoundPaths m_found;
    nlohmann::json m_window = nlohmann::json::object();
    std::string m_notes;
    mutable std::int64_t m_sweepNamed = 0;  ///< the sheet of m_sweepName, by its number; 0: none
    mutable std::string m_sweepName;
};

}  // namespace larmor::session
