#pragma once
// A run that a person steers: the model between the worker that makes the steps and the window that shows them. Thread-safe.
//
// A run is of one slice. Its steps hang in a tree of branches; what a branch changed is kept by step, so that the values of any step
// follow from the tree alone. Noise is keyed by seed, slice and step: branches share it, and a step that is made again with the same values
// is the same.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/steering.h"
#include "core/session/job_queue.h"
#include "core/session/steering/branch_tree.h"
#include "core/session/steering/state_cache.h"

namespace larmor::session {

/// What lasts of a steered run beside its kept steps.
struct RunRecord {
    std::int64_t slice = 0;
    /// Values before the first change, by name. Those of the request until the first step is made; then those that the method was given,
    /// with what its prior recommends.
    nlohmann::json start = nlohmann::json::object();
    bool begun = false;  ///< `start` is final
    BranchTree tree;
    BranchId branch = BranchTree::kRoot;  ///< where the run stands
    std::int64_t step = 0;
};

struct Scores {
    std::optional<double> nrmse, ssim;
};

/// Called on the worker's thread unless they say otherwise, never while the run is locked. Not to be changed once the run is there.
struct SteeredRunEvents {
    std::function<void()> changed;  ///< something to draw; the listener gathers calls
    /// The branches, or where the run stands, changed: before a step is made with them. On the owner's thread while there is no worker.
    std::function<void(const RunRecord&)> save;
    std::function<Scores(const ComplexArray& estimate)> score;  ///< of an estimate in the units of the result
};

enum class SteeredState { Idle, Running, Pausing, Paused, Finished };

/// For drawing. Everything large is shared.
struct RunSnapshot {
    SteeredState state = SteeredState::Idle;
    std::int64_t slice = 0;
    BranchTree tree;
    BranchId branch = BranchTree::kRoot;
    std::int64_t step = 0;          ///< steps done where the run stands
    std::int64_t steps = 0;         ///< of the run as it is planned now; 0 while unknown
    nlohmann::json start, values;   ///< before the first change; of the next step
    bool waiting = false;           ///< values that were set act from the next step on
    std::vector<StepView> records;  ///< of all branches, by branch and step

    [[nodiscard]] bool makesSteps() const { return state == SteeredState::Running || state == SteeredState::Pausing; }
    /// The step that a branch has after `step` steps, its own or one of those before it left its parent; null: not made.
    [[nodiscard]] const StepView* viewOf(BranchId id, std::int64_t step) const;
};

/// What a branch needs to become a result.
struct Promotion {
    std::int64_t slice = 0;
    nlohmann::json start;                  ///< the protocol's parameters
    std::vector<SteeringChange> steering;  ///< the protocol's steering: ends where the branch has steps to come
    std::optional<StepState> from;         ///< a kept state before the last step; none: from the beginning
    ComplexArray estimate;  ///< [readout, phase] in the units of the result, before it is cropped; empty if it is not kept any more
    std::vector<TracePoint> trace;
    bool stoppedEarly = false;
};

class SteeredRun final : public Steering {
public:
    /// @param specs  parameters of the method @param record  a new run, or one that was saved
    SteeredRun(ParamList specs, RunRecord record, std::shared_ptr<StateCache> states, SteeredRunEvents events = {});

    /// The work of a job: runs `work` with this steering, from where the run stands. Its result gets the steering that was done as its
    /// protocol's, and the trace of the branch. One at a time.
    [[nodiscard]] Reconstruction drive(const JobWork& work, const RunControl& run);

    [[nodiscard]] NextStep next(std::int64_t slice, const StepState& at, const ParamValues& last) override;
    void done(const StepRecord& record) override;

    // Of the owner, each returns at once.
    void pause();
    void resume();
    void stepOnce();  ///< one step, then paused
    /// Acts from the next step on, or from where the run was wound back to. Where steps after it were done already with other values,
    /// the run leaves by a new branch. @throws ParamError
    void set(const std::string& name, const std::string& text);
    void setValues(const nlohmann::json& changes);  ///< the same for several, by name. @throws ParamError
    /// The next step is the one after `step` steps of a branch, with the values that it had there. Where the state is not kept, the steps
    /// from the last kept one are made again first. Values that waited are forgotten. @throws UsageError for a step that was not reached
    void rewindTo(BranchId branch, std::int64_t step);
    /// Leaves a branch after `step` steps by a new one, with some values changed, and goes on there. @throws UsageError, ParamError
    BranchId branchFrom(BranchId branch, std::int64_t step, const nlohmann::json& changes, std::string name = {});
    /// rewindTo() and resume(): for a run whose job has ended, before it is driven again.
    void startFrom(BranchId branch, std::int64_t step);
    void rename(BranchId branch, std::string name);
    /// Takes a branch with its children out; put them back by restore(), or let their steps go by forget(). @throws UsageError for
    /// branches that the run stands on
    [[nodiscard]] std::vector<Branch> remove(BranchId branch);
    void restore(const std::vector<Branch>& removed);
    void forget(const std::vector<Branch>& removed);

    [[nodiscard]] RunSnapshot snapshot() const;
    /// Of the state after `step` steps; reads a file where the state is not in memory. @throws UsageError for a step that was not reached
    [[nodiscard]] Promotion promote(BranchId branch, std::int64_t step) const;
    [[nodiscard]] Promotion promote(BranchId branch) const;  ///< of its last step
    /// The estimate after a step; empty where it is not kept. Reads a file where it is not in memory.
    [[nodiscard]] ComplexArray estimate(BranchId branch, std::int64_t step) const;
    [[nodiscard]] RunRecord record() const;

private:
    struct Drive;
    using Lock = std::unique_lock<std::mutex>;

    [[nodiscard]] ParamValues start() const;
    [[nodiscard]] ParamValues valuesAt(BranchId branch, std::int64_t step) const;
    [[nodiscard]] ParamValues wanted() const;
    void wait(const nlohmann::json& changes);
    [[nodiscard]] StepKey keyOf(BranchId branch, std::int64_t step) const;
    [[nodiscard]] std::vector<StepKey> keysUntil(BranchId branch, std::int64_t step) const;
    void checkReached(BranchId branch, std::int64_t step) const;
    [[nodiscard]] bool isDone() const;
    [[nodiscard]] SteeredState state() const;
    void begin(const std::stop_token& stop);
    void end();
    void takeFirst(const StepState& at, const ParamValues& last);
    [[nodiscard]] bool mayLeave() const { return !m_paused || m_singleSteps > 0; }
    void rest(Lock& lock);
    [[nodiscard]] std::optional<StepState> stateToGoOnFrom(Lock& lock, const StepState& at) const;
    void applyWaiting();
    void leaveBy(BranchId branch, std::int64_t step, const ParamValues& values, std::string name);
    void moveTo(BranchId branch, std::int64_t step);
    void save(Lock& lock);
    void tellWorker(Lock& lock);
    void tell() const;

    const ParamList m_specs;
    const std::shared_ptr<StateCache> m_states;
    const SteeredRunEvents m_events;

    mutable std::mutex m_mutex;  ///< guards what follows; never held while a file is read or written or an event is told
    std::condition_variable_any m_wake;
    RunRecord m_run;
    nlohmann::json m_waiting = nlohmann::json::object();  ///< values for the next step
    std::stop_token m_stop;
    bool m_driven = false;                    ///< there is a worker
    bool m_paused = false, m_atRest = false;  ///< asked to pause; the worker waits
    std::int64_t m_singleSteps = 0;           ///< that were asked for and not made
    bool m_jumps = false;                     ///< the worker does not stand where the run does
    std::int64_t m_jumpCount = 0;
    std::int64_t m_catchUpTo = 0;               ///< steps up to here are made again on the way to where the run was wound back to
    BranchId m_working = BranchTree::kRoot;     ///< of the step in progress
    BranchId m_lastBranch = BranchTree::kRoot;  ///< of the step that was done last, of this job; 0 steps: none yet
    std::int64_t m_lastStep = 0;
    std::int64_t m_steps = 0;
    bool m_unsaved = false;
    std::mutex m_saving;  ///< one save after the other; taken before m_mutex
};

}  // namespace larmor::session
