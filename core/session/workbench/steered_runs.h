#pragma once
// The steered runs of a workbench: where each keeps its steps, and the work that drives them. Owned and called by one thread.

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/session/reconstruct.h"
#include "core/session/steering/steered_run.h"
#include "core/session/workbench/background.h"
#include "core/session/workbench/result_list.h"
#include "core/session/workbench/run_board.h"

namespace larmor::session {

struct SteeredEntry {
    std::int64_t number = 0;
    std::string name;                  ///< as the queue calls its first job
    ReconstructionRequest request;     ///< of one slice
    std::string folder;                ///< of its steps
    std::shared_ptr<SteeredRun> run;   ///< null until the folder is there
    std::shared_ptr<const RunSnapshot> snapshot;
    RunId job = 0;                     ///< that drives it; 0: none
    ResultId result = 0;               ///< that its last job gave

    [[nodiscard]] std::int64_t slice() const { return request.slices.front(); }
};
using SteeredEntryPtr = std::shared_ptr<SteeredEntry>;

/// Folders of runs whose program is gone: it was killed, or crashed. The newest last; those that are older than two weeks are removed.
[[nodiscard]] std::vector<std::string> interruptedRuns();

/// A copy of a run's folder, with links in place of files where the disk can: steps are never written to again. It is there when it is whole.
/// From any thread. @throws IoError
void copyRun(const std::string& from, const std::string& to);
/// A name for such a copy that adopt() takes, where runs of this program lie. From any thread.
[[nodiscard]] std::string newRunFolder();

class SteeredRuns {
public:
    using Score = std::function<Scores(const ComplexArray& estimate)>;

    /// @param changed  an entry's snapshot is new; on the owner's thread
    SteeredRuns(Post post, std::function<void()> changed);
    ~SteeredRuns();  ///< forgets the runs and removes their folders; their jobs must have ended
    SteeredRuns(const SteeredRuns&) = delete;
    SteeredRuns& operator=(const SteeredRuns&) = delete;

    /// A new run of one slice. A few are kept; the oldest that no job drives makes room.
    SteeredEntryPtr begin(std::string name, ReconstructionRequest request);
    /// One of interruptedRuns(), paused where it stood. The folder becomes this program's.
    SteeredEntryPtr adopt(const std::string& folder, ReconstructionRequest request, std::string name, Score score);
    /// What a job of the entry does: the folder at first, then its steps from where the run stands.
    [[nodiscard]] JobWork work(const SteeredEntryPtr& entry, Score score);
    void forget(const SteeredEntryPtr& entry);
    /// Takes in what a command changed.
    void refresh(const SteeredEntryPtr& entry);

    [[nodiscard]] const std::vector<SteeredEntryPtr>& entries() const { return m_entries; }  ///< the newest last
    [[nodiscard]] SteeredEntryPtr ofJob(RunId job) const;
    [[nodiscard]] SteeredEntryPtr ofResult(ResultId result) const;

private:
    [[nodiscard]] SteeredRunEvents eventsOf(const SteeredEntryPtr& entry, Score score);
    void makeRoom();

    Post m_post;
    std::function<void()> m_changed;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    std::vector<SteeredEntryPtr> m_entries;
    std::int64_t m_last = 0;
};

}  // namespace larmor::session
