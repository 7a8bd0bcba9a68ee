// The owner's side of a steered run, and what both sides ask of it.

#include <algorithm>

#include <fmt/format.h>

#include "core/session/steering/steered_run.h"

namespace larmor::session {

namespace {

constexpr const char* kSteps = "steps";

/// @param step  that are done before the values act
void checkStepsAreLeft(const ParamValues& values, std::int64_t step) {
    const auto steps = values.integer(kSteps);
    if (steps <= step)
        throw ParamError(kSteps, fmt::format("{} steps of the run are made, so that {} in all leave none.", step, steps),
                         fmt::format("Ask for at least {}, or go back to an earlier step.", step + 1));
}

}  // namespace

ParamValues SteeredRun::start() const {
    return ParamValues::fromJson(m_specs, m_run.start);
}

ParamValues SteeredRun::valuesAt(BranchId branch, std::int64_t step) const {
    return m_run.tree.valuesAt(branch, step, start());
}

/// Values of the next step.
ParamValues SteeredRun::wanted() const {
    return withChanges(valuesAt(m_run.branch, m_run.step), m_waiting);
}

StepKey SteeredRun::keyOf(BranchId branch, std::int64_t step) const {
    return {m_run.tree.ownerOf(branch, step), m_run.slice, step};
}

/// Of the states after 0 to `step` steps.
std::vector<StepKey> SteeredRun::keysUntil(BranchId branch, std::int64_t step) const {
    std::vector<StepKey> keys;
    for (std::int64_t k = 0; k <= step; ++k) keys.push_back(keyOf(branch, k));
    return keys;
}

void SteeredRun::checkReached(BranchId branch, std::int64_t step) const {
    const auto last = m_run.tree.at(branch).last;
    if (step < 0 || step > last)
        throw UsageError(fmt::format("Branch {} has no step {}.", branch, step), fmt::format("It has done {}.", last));
}

void SteeredRun::pause() {
    Lock lock(m_mutex);
    m_paused = true;
    m_singleSteps = 0;
}

void SteeredRun::resume() {
    Lock lock(m_mutex);
    m_paused = false;
    m_singleSteps = 0;
    tellWorker(lock);
}

void SteeredRun::stepOnce() {
    Lock lock(m_mutex);
    m_paused = true;
    ++m_singleSteps;
    tellWorker(lock);
}

void SteeredRun::set(const std::string& name, const std::string& text) {
    const Lock lock(m_mutex);
    auto values = wanted();
    values.setFromText(name, text);
    wait({{name, values.toJson().at(name)}});
}

void SteeredRun::setValues(const nlohmann::json& changes) {
    const Lock lock(m_mutex);
    wait(changes);
}

/// @throws ParamError, and then nothing waits that did not before
void SteeredRun::wait(const nlohmann::json& changes) {
    const auto values = withChanges(wanted(), changes);
    const auto names = changedInMidRun(wanted(), values);
    const bool ofSteps = std::find(names.begin(), names.end(), kSteps) != names.end();
    // The number of steps of a run that has made them all is meant for the next run.
    if (ofSteps && !isDone()) checkStepsAreLeft(values, m_run.step + (m_driven && !m_atRest ? 1 : 0));
    const auto texts = values.toJson();
    for (const auto& [name, value] : changes.items())
        if (name != kSteps || !isDone()) m_waiting[name] = texts.at(name);
}

void SteeredRun::moveTo(BranchId branch, std::int64_t step) {
    m_run.branch = branch;
    m_run.step = step;
    m_waiting = nlohmann::json::object();
    m_jumps = m_driven;
    ++m_jumpCount;
    m_catchUpTo = 0;
    m_unsaved = true;
}

void SteeredRun::rewindTo(BranchId branch, std::int64_t step) {
    Lock lock(m_mutex);
    checkReached(branch, step);
    moveTo(branch, step);
    tellWorker(lock);
}

void SteeredRun::startFrom(BranchId branch, std::int64_t step) {
    Lock lock(m_mutex);
    checkReached(branch, step);
    moveTo(branch, step);
    m_paused = false;
    m_singleSteps = 0;
    tellWorker(lock);
}

BranchId SteeredRun::branchFrom(BranchId branch, std::int64_t step, const nlohmann::json& changes, std::string name) {
    Lock lock(m_mutex);
    checkReached(branch, step);
    const auto values = withChanges(valuesAt(branch, step), changes);
    const auto names = changedInMidRun(valuesAt(branch, step), values);
    if (std::find(names.begin(), names.end(), kSteps) != names.end()) checkStepsAreLeft(values, step);
    leaveBy(branch, step, values, std::move(name));
    const auto made = m_run.branch;
    moveTo(made, step);
    tellWorker(lock);
    return made;
}

void SteeredRun::rename(BranchId branch, std::string name) {
    Lock lock(m_mutex);
    m_run.tree.rename(branch, std::move(name));
    m_unsaved = true;
    tellWorker(lock);
}

std::vector<Branch> SteeredRun::remove(BranchId branch) {
    Lock lock(m_mutex);
    for (const auto used : {m_run.branch, m_driven ? m_working : m_run.branch, m_driven && m_lastStep > 0 ? m_lastBranch : m_run.branch}) {
        const auto path = m_run.tree.path(used);
        if (branch != BranchTree::kRoot && std::find(path.begin(), path.end(), branch) != path.end())
            throw UsageError("The run stands on this branch.", "Go to a step of another branch first.");
    }
    auto removed = m_run.tree.remove(branch);
    m_unsaved = true;
    tellWorker(lock);
    return removed;
}

void SteeredRun::restore(const std::vector<Branch>& removed) {
    Lock lock(m_mutex);
    m_run.tree.restore(removed);
    m_unsaved = true;
    tellWorker(lock);
}

const StepView* RunSnapshot::viewOf(BranchId id, std::int64_t wanted) const {
    const StepKey key{tree.ownerOf(id, wanted), slice, wanted};
    const auto found =
        std::lower_bound(records.begin(), records.end(), key, [](const StepView& view, const StepKey& at) { return view.summary->key < at; });
    return found == records.end() || found->summary->key != key ? nullptr : &*found;
}

void SteeredRun::forget(const std::vector<Branch>& removed) {
    for (const auto& branch : removed) m_states->drop(branch.id);
}

/// A worker that waits saves what changed; where there is none, the owner does.
void SteeredRun::tellWorker(Lock& lock) {
    if (!m_driven) save(lock);
    m_wake.notify_all();
}

RunRecord SteeredRun::record() const {
    const Lock lock(m_mutex);
    return m_run;
}

/// The run stands at the last step there is.
bool SteeredRun::isDone() const {
    const auto& branch = m_run.tree.at(m_run.branch);
    return branch.finished && m_run.step == branch.last;
}

SteeredState SteeredRun::state() const {
    if (isDone() && !m_jumps) return SteeredState::Finished;
    if (!m_driven) return SteeredState::Idle;
    if (m_atRest) return SteeredState::Paused;
    return m_paused && m_singleSteps == 0 ? SteeredState::Pausing : SteeredState::Running;
}

RunSnapshot SteeredRun::snapshot() const {
    RunSnapshot all;
    {
        const Lock lock(m_mutex);
        all.state = state();
        all.slice = m_run.slice;
        all.tree = m_run.tree;
        all.branch = m_run.branch;
        all.step = m_run.step;
        all.steps = m_steps;
        all.start = m_run.start;
        all.values = wanted().toJson();
        all.waiting = !m_waiting.empty();
    }
    all.records = m_states->steps();
    std::erase_if(all.records, [&](const StepView& view) { return !all.tree.has(view.summary->key.branch); });
    return all;
}

ComplexArray SteeredRun::estimate(BranchId branch, std::int64_t step) const {
    StepKey key;
    {
        const Lock lock(m_mutex);
        key = keyOf(branch, step);
    }
    const auto kept = m_states->find(key);
    return kept ? kept->estimate : ComplexArray();
}

Promotion SteeredRun::promote(BranchId branch) const {
    std::int64_t last = 0;
    {
        const Lock lock(m_mutex);
        last = m_run.tree.at(branch).last;
    }
    return promote(branch, last);
}

Promotion SteeredRun::promote(BranchId branch, std::int64_t step) const {
    Promotion promoted;
    std::vector<StepKey> keys;
    {
        const Lock lock(m_mutex);
        checkReached(branch, step);
        keys = keysUntil(branch, step);
        promoted.slice = m_run.slice;
        promoted.start = m_run.start;
        promoted.steering = m_run.tree.changesOf(branch);
    }
    if (step == 0) throw UsageError("There is no estimate before the first step.", "Choose a later step.");
    std::erase_if(promoted.steering, [step](const SteeringChange& change) { return change.step >= step; });
    const auto summary = m_states->summary(keys.back());
    promoted.stoppedEarly = !summary || !summary->finished;
    if (promoted.stoppedEarly) promoted.steering.push_back({step, nlohmann::json::object(), true});
    if (const auto kept = m_states->find(keys.back())) promoted.estimate = kept->estimate;
    for (std::size_t k = 1; k < keys.size(); ++k)
        if (const auto done = m_states->summary(keys[k]))
            promoted.trace.push_back({promoted.slice, static_cast<std::int64_t>(k), done->residual});
    for (auto k = step - 1; k > 0 && !promoted.from; --k)
        if (const auto kept = m_states->find(keys[static_cast<std::size_t>(k)])) promoted.from = kept->state;
    return promoted;
}

}  // namespace larmor::session
