#pragma once
// Lines that motion corrupted, and spikes, in a workbench: looked for by a run in the queue, told as a notice, left out in one action. Owned
// and called by the workbench's thread.

#include <memory>
#include <optional>
#include <utility>

#include "core/session/workbench/run_board.h"
#include "core/session/workbench/workbench_state.h"

namespace larmor::session {

class Workbench;

class WorkbenchLines {
public:
    explicit WorkbenchLines(Workbench& bench) : m_bench(bench) {}

    /// Checks the samples that the mask keeps of the slice that is shown, and tells what does not fit. 0 and a notice where something is
    /// missing or wrong, or while lines are checked.
    RunId start();
    void stop();
    /// The mask without what was found, for all slices. A notice where there is nothing, or the mask changed meanwhile.
    void leaveOut();
    [[nodiscard]] const LinesState& state() const { return m_state; }

private:
    friend class Workbench;
    struct Job;
    bool end(const RunRow& row);  ///< false: the run was no check
    void take(const Job& job);
    void forget();      ///< the mask is another one now
    void forgetFile();  ///< so is the file
    void keepLeftOut() { m_whole.reset(); }  ///< undo takes something else back
    bool undo();        ///< false: nothing was left out last

    Workbench& m_bench;
    LinesState m_state;
    std::shared_ptr<Job> m_job;                            ///< while it waits or runs
    std::optional<SamplingMask> m_checked;                 ///< that the state's check is of
    std::optional<std::pair<MaskChoice, bool>> m_whole;    ///< the choice that lines were left out of last
};

}  // namespace larmor::session
