#include "core/session/job_queue.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>

#include "core/session/progress_clock.h"

namespace larmor::session {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kProgressInterval = std::chrono::milliseconds(50);

struct Job {
    JobId id = 0;
    std::string name;
    JobWork work;
    std::stop_source stop;
    PreviewMailbox previews;

    mutable std::mutex mutex;  // guards what follows
    JobProgress known;
    ProgressClock pace;
    Clock::time_point started{}, lastTold{};

    [[nodiscard]] JobProgress snapshot() const {
        const std::lock_guard lock(mutex);
        return known;
    }
    /// States only go forward: a stop that comes late does not undo an end.
    void enter(JobState state) {
        const std::lock_guard lock(mutex);
        known.state = std::max(known.state, state);
        if (state == JobState::Running) started = Clock::now();
    }
    /// What to tell now, or nothing if it was told just before.
    std::optional<JobProgress> advance(const StepReport& report) {
        const std::lock_guard lock(mutex);
        const auto now = Clock::now();
        known.step = report;
        known.secondsRun = std::chrono::duration<double>(now - started).count();
        pace.update(report, known.secondsRun);
        known.fraction = pace.fraction();
        known.secondsLeft = pace.secondsLeft(known.secondsRun);
        if (now - lastTold < kProgressInterval) return std::nullopt;
        lastTold = now;
        return known;
    }
};

using JobPtr = std::shared_ptr<Job>;

class JobSink final : public ProgressSink {
public:
    JobSink(Job& job, const JobEvents& events) : m_job(job), m_events(events) {}
    void onStep(const StepReport& report) override {
        const auto news = m_job.advance(report);
        if (news && m_events.progress) m_events.progress(*news);
    }
    bool wantsPreview() override { return m_events.previewReady && m_job.previews.wantsFrame(); }
    void onPreview(ComplexArray image) override {
        m_job.previews.put({std::move(image), m_job.snapshot().step});
        if (m_events.previewReady) m_events.previewReady(m_job.id);
    }

private:
    Job& m_job;
    const JobEvents& m_events;
};

}  // namespace

struct JobQueue::Impl {
    JobEvents events;
    mutable std::mutex mutex;  // guards what follows; never held while an event is told
    std::condition_variable wake;
    std::deque<JobPtr> waiting;
    JobPtr running;
    std::map<JobId, JobPtr> all;  // that wait or run
    JobId lastId = 0;
    bool closing = false;
    std::thread worker;

    void enter(const JobPtr& job, JobState state) const {
        job->enter(state);
        if (events.progress) events.progress(job->snapshot());
    }

    void end(const JobPtr& job, const Outcome& outcome) {
        job->work = nullptr;  // its captures may hold a whole volume
        {
            const std::lock_guard lock(mutex);
            all.erase(job->id);
        }
        enter(job, JobState::Ended);
        if (events.ended) events.ended(job->id, outcome);
    }

    JobPtr next() {
        std::unique_lock lock(mutex);
        wake.wait(lock, [this] { return closing || !waiting.empty(); });
        if (waiting.empty()) return nullptr;
        running = waiting.front();
        waiting.pop_front();
        return running;
    }

    void serve() {
        while (const JobPtr job = next()) {
            enter(job, JobState::Running);
            JobSink sink(*job, events);
            const Outcome outcome = runJob(job->work, {job->stop.get_token(), &sink});
            {
                const std::lock_guard lock(mutex);
                running = nullptr;
            }
            end(job, outcome);
        }
    }

    [[nodiscard]] JobPtr find(JobId id) const {
        const std::lock_guard lock(mutex);
        const auto found = all.find(id);
        return found == all.end() ? nullptr : found->second;
    }

    /// Takes the jobs that wait and fit out of the queue; asks a running one that fits to stop.
    template <class Fits>
    std::pair<std::vector<JobPtr>, JobPtr> withdraw(Fits fits) {
        const std::lock_guard lock(mutex);
        std::vector<JobPtr> dropped;
        std::copy_if(waiting.begin(), waiting.end(), std::back_inserter(dropped), fits);
        waiting.erase(std::remove_if(waiting.begin(), waiting.end(), fits), waiting.end());
        JobPtr stopping;
        if (running && fits(running) && running->stop.request_stop()) stopping = running;
        return {std::move(dropped), std::move(stopping)};
    }

    template <class Fits>
    void stopThose(Fits fits) {
        const auto [dropped, stopping] = withdraw(fits);
        if (stopping) enter(stopping, JobState::Stopping);
        for (const auto& job : dropped) end(job, CancelledJob{});
    }
};

JobQueue::JobQueue(JobEvents events) : m_impl(std::make_unique<Impl>()) {
    m_impl->events = std::move(events);
    m_impl->worker = std::thread([impl = m_impl.get()] { impl->serve(); });
}

JobQueue::~JobQueue() {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->closing = true;
    }
    stopAll();
    m_impl->wake.notify_all();
    m_impl->worker.join();
}

JobId JobQueue::submit(std::string name, JobWork work) {
    const auto job = std::make_shared<Job>();
    job->name = std::move(name);
    job->work = std::move(work);
    {
        const std::lock_guard lock(m_impl->mutex);
        job->id = job->known.id = ++m_impl->lastId;
        m_impl->all[job->id] = job;
    }
    m_impl->enter(job, JobState::Waiting);
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->waiting.push_back(job);
    }
    m_impl->wake.notify_one();
    return job->id;
}

void JobQueue::stop(JobId id) {
    m_impl->stopThose([id](const JobPtr& job) { return job->id == id; });
}

void JobQueue::stopAll() {
    m_impl->stopThose([](const JobPtr&) { return true; });
}

bool JobQueue::busy() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->running || !m_impl->waiting.empty();
}

std::optional<JobProgress> JobQueue::progress(JobId id) const {
    const auto job = m_impl->find(id);
    return job ? std::optional(job->snapshot()) : std::nullopt;
}

std::optional<PreviewFrame> JobQueue::takePreview(JobId id) {
    const auto job = m_impl->find(id);
    return job ? job->previews.take() : std::nullopt;
}

}  // namespace larmor::session
