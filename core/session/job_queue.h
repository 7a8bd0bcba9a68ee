#pragma once
// Long work in worker threads. One serial queue a device; results come back exactly once per job.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/data/reconstruction.h"
#include "core/base/error.h"
#include "core/base/run_control.h"
#include "core/session/preview_mailbox.h"
#include "core/session/run_job.h"

namespace larmor::session {

using JobId = std::int64_t;

struct Completed { std::shared_ptr<const Reconstruction> result; };
struct Stopped { std::shared_ptr<const Reconstruction> result; };  ///< marked stoppedEarly
struct CancelledJob {};
using Outcome = std::variant<Completed, Stopped, CancelledJob, Failed>;

enum class JobState { Waiting, Running, Stopping, Ended };

struct JobProgress {
    JobId id = 0;
    JobState state = JobState::Waiting;
    StepReport step;
    double fraction = 0;                       ///< 0..1
    std::optional<double> secondsLeft;         ///< once it can be told
    double secondsRun = 0;
};

/// What the queue tells, on the worker's thread; a stop, and the end of a job that only waited, on the thread that asked for it.
/// The window hands the calls over to its own thread in one place.
struct JobEvents {
    std::function<void(const JobProgress&)> progress;   ///< at most 20 a second for one job, and at each change of state
    std::function<void(JobId)> previewReady;            ///< take it from preview(id)
    std::function<void(JobId, const Outcome&)> ended;   ///< exactly once a job
};

using JobWork = std::function<Reconstruction(const RunControl&)>;

/// Work that makes no image. The queue sees a run that was cancelled; `take` gets what `find` found, unless the run was stopped.
template <typename Find, typename Take>
[[nodiscard]] JobWork workWithoutImage(Find find, Take take) {
    return [find = std::move(find), take = std::move(take)](const RunControl& run) -> Reconstruction {
        auto found = find(run);
        run.throwIfStopped();
        take(std::move(found));
        throw Cancelled();
    };
}

/// A serial queue with its own thread. The destructor requests stop, drops what waits (CancelledJob) and joins.
class JobQueue {
public:
    explicit JobQueue(JobEvents events);
    ~JobQueue();
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    /// `work` captures its inputs by value.
    JobId submit(std::string name, JobWork work);
    /// A waiting job ends as CancelledJob at once; a running one is asked to stop and ends as Stopped or CancelledJob.
    void stop(JobId id);
    void stopAll();
    [[nodiscard]] bool busy() const;
    /// Of a job that waits or runs; nothing once it has ended (its last state is told by JobEvents::progress).
    [[nodiscard]] std::optional<JobProgress> progress(JobId id) const;
    /// The newest preview that was not taken yet; nothing once the job has ended.
    [[nodiscard]] std::optional<PreviewFrame> takePreview(JobId id);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Runs work at the edge where errors are caught, once. Never throws.
[[nodiscard]] Outcome runJob(const JobWork& work, const RunControl& run);

}  // namespace larmor::session
