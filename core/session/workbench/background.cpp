#include "core/session/workbench/background.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/base/error.h"
#include "core/session/run_job.h"

namespace larmor::session {

namespace {

struct Task {
    std::int64_t generation = 0, order = 0;  ///< order: of all lanes' tasks, oldest first
    Background::Length length = Background::Length::Short;
    std::function<std::function<void()>(const RunControl&)> work;
    std::function<void(const Problem&)> failed;
};

struct Lane {
    std::int64_t generation = 0;
    std::optional<Task> waiting;
    bool running = false;
    bool answered = true;  ///< the newest generation's answer was handed over, or there is none to come
    std::stop_source stop;
};

/// What the owner's thread shall call; empty if the work was cancelled.
std::function<void()> answerOf(const Task& task, const RunControl& control) {
    try {
        return task.work(control);
    } catch (const Cancelled&) {
        return {};
    } catch (...) {
        const Failed failure = describeCurrentException();
        return [failed = task.failed, problem = Problem{failure.message, failure.hint}] {
            if (failed) failed(problem);
        };
    }
}

}  // namespace

struct Background::Impl {
    Post post;
    mutable std::mutex mutex;
    std::condition_variable wake;
    std::map<std::string, Lane> lanes;
    bool closing = false;
    std::int64_t started = 0;
    std::size_t longRunning = 0;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    std::vector<std::thread> threads;

    [[nodiscard]] bool mayStart(const Lane& lane) const {
        if (lane.running || !lane.waiting) return false;
        return lane.waiting->length == Length::Short || longRunning + 1 < threads.size();
    }

    /// The lane whose work may start now, the one that has waited longest. Call with the mutex held.
    std::map<std::string, Lane>::iterator ready() {
        auto oldest = lanes.end();
        for (auto it = lanes.begin(); it != lanes.end(); ++it)
            if (mayStart(it->second) && (oldest == lanes.end() || it->second.waiting->order < oldest->second.waiting->order)) oldest = it;
        return oldest;
    }

    void deliver(const std::string& name, std::int64_t generation, std::function<void()> answer) {
        post([this, weak = std::weak_ptr<bool>(alive), name, generation, answer = std::move(answer)] {
            if (weak.expired()) return;
            {
                const std::lock_guard lock(mutex);
                auto& lane = lanes[name];
                if (lane.generation != generation) return;
                lane.answered = true;
            }
            if (answer) answer();
        });
    }

    void serve() {
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [this] { return closing || ready() != lanes.end(); });
            if (closing) return;
            const auto it = ready();
            const std::string name = it->first;
            const Task task = std::move(*it->second.waiting);
            it->second.waiting.reset();
            it->second.running = true;
            const std::size_t isLong = task.length == Length::Long ? 1 : 0;
            longRunning += isLong;
            it->second.stop = std::stop_source();
            const RunControl control{it->second.stop.get_token(), &silentProgress()};
            lock.unlock();
            auto answer = answerOf(task, control);
            deliver(name, task.generation, std::move(answer));
            lock.lock();
            lanes[name].running = false;
            longRunning -= isLong;
            wake.notify_all();
        }
    }
};

Background::Background(Post post, int threads) : m_impl(std::make_unique<Impl>()) {
    m_impl->post = std::move(post);
    threads = std::max(2, threads);
    const std::lock_guard lock(m_impl->mutex);  // the workers count the threads
    for (int i = 0; i < threads; ++i) m_impl->threads.emplace_back([impl = m_impl.get()] { impl->serve(); });
}

Background::~Background() {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->closing = true;
        for (auto& [name, lane] : m_impl->lanes) lane.stop.request_stop();
    }
    m_impl->wake.notify_all();
    for (auto& thread : m_impl->threads) thread.join();
    m_impl->alive.reset();  // answers that were posted but not yet called find nobody
}

void Background::start(const std::string& lane, Work work, std::function<void(const Problem&)> failed, Length length) {
    {
        const std::lock_guard lock(m_impl->mutex);
        auto& slot = m_impl->lanes[lane];
        if (slot.running) slot.stop.request_stop();
        slot.answered = false;
        slot.waiting = Task{++slot.generation, m_impl->started++, length, std::move(work), std::move(failed)};
    }
    m_impl->wake.notify_all();
}

void Background::cancel(const std::string& lane) {
    const std::lock_guard lock(m_impl->mutex);
    auto& slot = m_impl->lanes[lane];
    ++slot.generation;
    slot.waiting.reset();
    slot.answered = true;
    if (slot.running) slot.stop.request_stop();
}

bool Background::busy(const std::string& lane) const {
    const std::lock_guard lock(m_impl->mutex);
    const auto it = m_impl->lanes.find(lane);
    return it != m_impl->lanes.end() && !it->second.answered;
}

bool Background::busy() const {
    const std::lock_guard lock(m_impl->mutex);
    return std::any_of(m_impl->lanes.begin(), m_impl->lanes.end(), [](const auto& lane) { return !lane.second.answered; });
}

}  // namespace larmor::session
