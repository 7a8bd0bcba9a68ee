// The worker's side of a steered run.

#include "core/session/steering/steered_run.h"

#include <limits>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/steering/thumbnail.h"

namespace larmor::session {

SteeredRun::SteeredRun(ParamList specs, RunRecord record, std::shared_ptr<StateCache> states, SteeredRunEvents events)
    : m_specs(std::move(specs)), m_states(std::move(states)), m_events(std::move(events)), m_run(std::move(record)) {
    for (const auto* branch : m_run.tree.branches()) {
        (void)valuesAt(branch->id, std::numeric_limits<std::int64_t>::max());  // they fit the method, or the run is refused here
        if (branch->parent != 0) m_states->pin({branch->parent, m_run.slice, branch->fork});
    }
    if (const auto kept = m_states->find(keyOf(m_run.branch, m_run.step))) m_steps = static_cast<std::int64_t>(kept->state.levels.size());
}

/// There is a worker as long as it lives.
struct SteeredRun::Drive {
    SteeredRun& run;
    Drive(SteeredRun& driven, const std::stop_token& stop) : run(driven) { run.begin(stop); }
    ~Drive() { run.end(); }
    Drive(const Drive&) = delete;
    Drive& operator=(const Drive&) = delete;
};

Reconstruction SteeredRun::drive(const JobWork& work, const RunControl& run) {
    const Drive worker(*this, run.stop);
    Reconstruction result = work({run.stop, run.progress, this});
    BranchId branch = 0;
    std::int64_t step = 0;
    {
        const Lock lock(m_mutex);
        branch = m_lastBranch;
        step = m_lastStep;
    }
    if (step == 0) return result;
    auto promoted = promote(branch, step);
    result.protocol.parameters = std::move(promoted.start);
    result.protocol.steering = std::move(promoted.steering);
    result.trace = std::move(promoted.trace);
    return result;
}

void SteeredRun::begin(const std::stop_token& stop) {
    const Lock lock(m_mutex);
    if (m_driven) throw UsageError("This run is being made already.", "Wait for it, or stop it.");
    m_driven = true;
    m_stop = stop;
    m_catchUpTo = m_lastStep = 0;
    m_jumps = m_run.step > 0;
    m_working = m_run.branch;
}

void SteeredRun::end() {
    {
        Lock lock(m_mutex);
        m_driven = m_atRest = m_jumps = false;
        m_stop = {};
        save(lock);
    }
    tell();
}

NextStep SteeredRun::next(std::int64_t slice, const StepState& at, const ParamValues& last) {
    if (slice != m_run.slice)
        throw UsageError(fmt::format("A steered run is of one slice, here number {}, and slice {} was begun.", m_run.slice + 1, slice + 1),
                         "Apply its recipe to the other slices.");
    takeFirst(at, last);
    Lock lock(m_mutex);
    m_steps = static_cast<std::int64_t>(at.levels.size());
    while (!m_stop.stop_requested()) {
        save(lock);
        if (!m_jumps && at.step < m_catchUpTo) break;
        if (!mayLeave()) {
            rest(lock);
            continue;
        }
        const auto place = m_jumpCount;
        std::optional<StepState> from;
        if (m_jumps) from = stateToGoOnFrom(lock, at);
        if (place != m_jumpCount) continue;  // wound to another place while the state was read
        if (m_jumps) m_catchUpTo = m_run.step;
        m_jumps = false;
        const auto step = from ? from->step : at.step;
        if (step >= m_catchUpTo) {
            m_run.step = step;
            applyWaiting();
            save(lock);
            if (place != m_jumpCount) continue;
            if (m_paused) m_singleSteps = std::max<std::int64_t>(0, m_singleSteps - 1);
        }
        m_working = m_run.branch;
        return {valuesAt(m_working, step), std::move(from), false};
    }
    m_working = m_run.branch;
    return {valuesAt(m_working, at.step), std::nullopt, false};
}

/// Keeps the values at the start, and the state before the first step.
void SteeredRun::takeFirst(const StepState& at, const ParamValues& last) {
    if (at.step != 0) return;
    const StepKey key{BranchTree::kRoot, m_run.slice, 0};
    if (!m_states->find(key)) {
        StepSummary summary;
        summary.key = key;
        summary.sigma = summary.residual = summary.noiseResidual = std::numeric_limits<double>::quiet_NaN();
        m_states->put({std::make_shared<const StepSummary>(std::move(summary)), at, {}});
    }
    const Lock lock(m_mutex);
    if (m_run.begun) return;
    m_run.start = last.toJson();
    m_run.begun = m_unsaved = true;
}

/// Waits while the run is paused.
void SteeredRun::rest(Lock& lock) {
    m_atRest = true;
    lock.unlock();
    tell();
    lock.lock();
    m_wake.wait(lock, m_stop, [this] { return mayLeave() || m_unsaved; });
    m_atRest = false;
}

/// The last kept state on the way to where the run stands that has a step to come; none: the worker is at the beginning.
std::optional<StepState> SteeredRun::stateToGoOnFrom(Lock& lock, const StepState& at) const {
    auto keys = keysUntil(m_run.branch, m_run.step);
    lock.unlock();
    std::shared_ptr<const KeptStep> kept;
    for (; !keys.empty() && !kept; keys.pop_back()) {
        kept = m_states->find(keys.back());
        if (kept && kept->state.finished()) kept.reset();
    }
    lock.lock();
    if (kept) return kept->state;
    if (at.step == 0) return std::nullopt;
    throw InputError("No kept step is left to go back to.", "Start the run again.");
}

/// What was set takes effect: on this branch where it ends here, else by a new one.
void SteeredRun::applyWaiting() {
    const auto values = wanted();
    m_waiting = nlohmann::json::object();
    if (differences(valuesAt(m_run.branch, m_run.step), values).empty()) return;
    m_unsaved = true;
    if (m_run.tree.at(m_run.branch).last > m_run.step)
        leaveBy(m_run.branch, m_run.step, values, {});
    else {
        m_run.tree.overrule(m_run.branch, m_run.step, differences(valuesAt(m_run.branch, m_run.step), values));
        m_run.tree.change(m_run.branch, m_run.step, differences(valuesAt(m_run.branch, m_run.step - 1), values));
    }
}

void SteeredRun::leaveBy(BranchId branch, std::int64_t step, const ParamValues& values, std::string name) {
    // Measured against the steps before, so that what the parent changed at this very step does not count.
    m_run.branch = m_run.tree.fork(branch, step, differences(valuesAt(branch, step - 1), values), std::move(name));
    m_states->pin({m_run.tree.at(m_run.branch).parent, m_run.slice, step});
    m_unsaved = true;
}

void SteeredRun::done(const StepRecord& record) {
    StepSummary summary;
    {
        const Lock lock(m_mutex);
        summary.key = keyOf(m_working, record.state.step);
    }
    summary.values = record.values.toJson();
    summary.sigma = record.sigma;
    summary.residual = record.residual;
    summary.noiseResidual = record.noiseResidual;
    if (m_events.score) {
        const auto scores = m_events.score(record.estimate);
        summary.nrmse = scores.nrmse;
        summary.ssim = scores.ssim;
    }
    summary.finished = record.state.finished();
    summary.thumbnail = thumbnailOf(record.estimate);
    const auto branch = summary.key.branch;
    m_states->put({std::make_shared<const StepSummary>(std::move(summary)), record.state, record.estimate});
    {
        const Lock lock(m_mutex);
        m_run.tree.reached(branch, record.state.step, record.state.finished());
        m_lastBranch = m_working;
        m_lastStep = record.state.step;
        m_steps = static_cast<std::int64_t>(record.state.levels.size());
        if (!m_jumps && record.state.step >= m_catchUpTo) m_run.step = record.state.step;
    }
    tell();
}

/// Hands on what is to last, unless nothing changed. The lock is given up meanwhile.
void SteeredRun::save(Lock& lock) {
    if (!std::exchange(m_unsaved, false) || !m_events.save) return;
    lock.unlock();
    try {
        const std::lock_guard saving(m_saving);
        m_events.save(record());
    } catch (const Error& error) {
        log(LogLevel::Error, "session", fmt::format("The steered run cannot be saved: {}", error.what()));
    }
    lock.lock();
}

void SteeredRun::tell() const {
    if (m_events.changed) m_events.changed();
}

}  // namespace larmor::session
