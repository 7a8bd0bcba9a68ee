#pragma once
// The jobs of a workbench: one serial queue a device, and a row for each job that waits, runs or has failed.

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/session/job_queue.h"
#include "core/session/workbench/background.h"

namespace larmor::session {

using RunId = std::int64_t;

struct RunRow {
    RunId id = 0;
    std::string name, device;
    std::vector<std::int64_t> slices;
    JobProgress progress;
    std::vector<TracePoint> trace;  ///< residuals as they were reported; `slice` counts within `slices`, `step` within the slice
    std::int64_t lastStep = -1;
    std::chrono::steady_clock::time_point started{};  ///< when it left the queue; the epoch while it waits
    bool failed = false;                              ///< stays in the list until it is removed
    std::string problem, hint;

    [[nodiscard]] bool ended() const { return progress.state == JobState::Ended; }
    /// The slice that is worked on now, judged by the progress over all slices.
    [[nodiscard]] std::int64_t sliceNow() const { return sliceAt(progress.step); }
    /// The slice that a step was made on. Steps count from 1: 0 steps into a slice, the one before is meant.
    [[nodiscard]] std::int64_t sliceAt(const StepReport& step) const;
    [[nodiscard]] std::int64_t stepsASlice() const;  ///< 0 while unknown
};

/// Called on the owner's thread.
struct RunEvents {
    std::function<void()> changed;
    std::function<void(RunId, std::int64_t slice, ComplexArray)> preview;
    std::function<void(const RunRow&, const Outcome&)> ended;  ///< exactly once a run; the row is already off the list unless it failed
};

class RunBoard {
public:
    RunBoard(Post post, RunEvents events);
    ~RunBoard();  ///< requests stop and joins
    RunBoard(const RunBoard&) = delete;
    RunBoard& operator=(const RunBoard&) = delete;

    RunId submit(const std::string& name, const std::string& device, std::vector<std::int64_t> slices, JobWork work);
    void stop(RunId id);
    void stopAll();
    void remove(RunId id);  ///< of a row that failed
    [[nodiscard]] bool busy() const;
    [[nodiscard]] const std::vector<RunRow>& rows() const { return m_rows; }
    [[nodiscard]] const RunRow* row(RunId id) const;
    /// The first row that runs (or is being stopped), or null.
    [[nodiscard]] const RunRow* running() const;

private:
    JobQueue& queueOf(const std::string& device);
    RunRow* find(const std::string& device, JobId job);
    void onProgress(const std::string& device, const JobProgress& progress);
    void onEnded(const std::string& device, JobId job, const Outcome& outcome);

    Post m_post;
    RunEvents m_events;
    RunId m_lastId = 0;
    std::vector<RunRow> m_rows;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    std::map<std::string, std::unique_ptr<JobQueue>> m_queues;
};

}  // namespace larmor::session
