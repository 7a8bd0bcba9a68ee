#include "core/session/workbench/run_board.h"

#include <algorithm>

namespace larmor::session {

namespace {

std::size_t sliceNumber(const RunRow& row, std::int64_t step, std::int64_t total) {
    if (total <= 0 || row.slices.empty()) return 0;
    const auto count = static_cast<std::int64_t>(row.slices.size());
    return static_cast<std::size_t>(std::clamp<std::int64_t>((std::max<std::int64_t>(step, 1) - 1) * count / total, 0, count - 1));
}

}  // namespace

std::int64_t RunRow::stepsASlice() const {
    return slices.empty() ? progress.step.total : progress.step.total / static_cast<std::int64_t>(slices.size());
}

std::int64_t RunRow::sliceAt(const StepReport& step) const {
    return slices.empty() ? 0 : slices[sliceNumber(*this, step.step, step.total)];
}

RunBoard::RunBoard(Post post, RunEvents events) : m_post(std::move(post)), m_events(std::move(events)) {}

RunBoard::~RunBoard() {
    m_queues.clear();
    m_alive.reset();
}

JobQueue& RunBoard::queueOf(const std::string& device) {
    auto& queue = m_queues[device];
    if (queue) return *queue;
    const auto forward = [this, weak = std::weak_ptr<bool>(m_alive)](std::function<void()> call) {
        m_post([weak, call = std::move(call)] {
            if (!weak.expired()) call();
        });
    };
    JobEvents events;
    events.progress = [this, forward, device](const JobProgress& progress) {
        forward([this, device, progress] { onProgress(device, progress); });
    };
    events.previewReady = [this, forward, device](JobId job) {
        forward([this, device, job] {
            const RunRow* row = find(device, job);
            auto frame = queueOf(device).takePreview(job);
            if (row && frame) m_events.preview(row->id, row->sliceAt(frame->at), std::move(frame->image));
        });
    };
    events.ended = [this, forward, device](JobId job, const Outcome& outcome) {
        forward([this, device, job, outcome] { onEnded(device, job, outcome); });
    };
    queue = std::make_unique<JobQueue>(std::move(events));
    return *queue;
}

RunId RunBoard::submit(const std::string& name, const std::string& device, std::vector<std::int64_t> slices, JobWork work) {
    RunRow row;
    row.id = ++m_lastId;
    row.name = name;
    row.device = device;
    row.slices = std::move(slices);
    row.progress.id = queueOf(device).submit(name, std::move(work));
    m_rows.push_back(std::move(row));
    m_events.changed();
    return m_lastId;
}

void RunBoard::stop(RunId id) {
    if (const RunRow* found = row(id); found && !found->ended()) queueOf(found->device).stop(found->progress.id);
}

void RunBoard::stopAll() {
    for (auto& [device, queue] : m_queues) queue->stopAll();
}

void RunBoard::remove(RunId id) {
    std::erase_if(m_rows, [id](const RunRow& row) { return row.id == id && row.ended(); });
    m_events.changed();
}

bool RunBoard::busy() const {
    return std::any_of(m_rows.begin(), m_rows.end(), [](const RunRow& row) { return !row.ended(); });
}

const RunRow* RunBoard::row(RunId id) const {
    const auto it = std::find_if(m_rows.begin(), m_rows.end(), [id](const RunRow& row) { return row.id == id; });
    return it == m_rows.end() ? nullptr : &*it;
}

const RunRow* RunBoard::running() const {
    const auto it = std::find_if(m_rows.begin(), m_rows.end(), [](const RunRow& row) {
        return row.progress.state == JobState::Running || row.progress.state == JobState::Stopping;
    });
    return it == m_rows.end() ? nullptr : &*it;
}

RunRow* RunBoard::find(const std::string& device, JobId job) {
    const auto it = std::find_if(m_rows.begin(), m_rows.end(),
                                 [&](const RunRow& row) { return row.device == device && row.progress.id == job && !row.failed; });
    return it == m_rows.end() ? nullptr : &*it;
}

void RunBoard::onProgress(const std::string& device, const JobProgress& progress) {
    RunRow* row = find(device, progress.id);
    if (!row || progress.state == JobState::Ended) return;  // the end arrives with its outcome
    if (row->progress.state == JobState::Waiting && progress.state != JobState::Waiting) row->started = std::chrono::steady_clock::now();
    row->progress = progress;
    const StepReport& step = progress.step;
    const bool isNew = row->lastStep != step.step;
    row->lastStep = step.step;
    if (step.residual && isNew) {
        const auto slice = static_cast<std::int64_t>(sliceNumber(*row, step.step, step.total));
        const std::int64_t before = slice * row->stepsASlice();
        row->trace.push_back({slice, step.step - before, *step.residual});
    }
    m_events.changed();
}

void RunBoard::onEnded(const std::string& device, JobId job, const Outcome& outcome) {
    RunRow* row = find(device, job);
    if (!row) return;
    row->progress.state = JobState::Ended;
    if (const auto* failure = std::get_if<Failed>(&outcome)) {
        row->failed = true;
        row->problem = failure->message;
        row->hint = failure->hint;
    }
    const RunRow ended = *row;
    if (!ended.failed) std::erase_if(m_rows, [&](const RunRow& other) { return other.id == ended.id; });
    m_events.ended(ended, outcome);
    m_events.changed();
}

}  // namespace larmor::session
