#include "core/cpu/workers.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace larmor::cpu {

namespace {

/// Threads of one owner, which works along with them.
class Team {
public:
    /// Fewer, where the system gives no more.
    explicit Team(int helpers) : m_wanted(helpers) {
        try {
            for (int i = 0; i < helpers; ++i) {
                Helper& helper = m_helpers.emplace_back();
                helper.thread = std::jthread([this, &helper] { help(helper); });
            }
        } catch (const std::exception&) {
            if (!m_helpers.empty() && !m_helpers.back().thread.joinable()) m_helpers.pop_back();
        }
    }
    ~Team() {
        m_ends = true;
        for (Helper& helper : m_helpers) wake(helper);
    }
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    void run(std::int64_t count, const std::function<void(std::int64_t)>& work) {
        m_work = &work;
        m_count = count;
        m_next.store(0, std::memory_order_relaxed);
        const auto called = std::min(m_helpers.size(), static_cast<std::size_t>(count - 1));
        m_busy.store(static_cast<int>(called), std::memory_order_relaxed);
        for (std::size_t i = 0; i < called; ++i) wake(m_helpers[i]);
        takeItems();
        for (int busy = m_busy.load(std::memory_order_acquire); busy > 0; busy = m_busy.load(std::memory_order_acquire)) awaitChange(m_busy, busy);
        if (auto failure = std::exchange(m_failure, nullptr)) std::rethrow_exception(failure);
    }

    [[nodiscard]] int wanted() const { return m_wanted; }

private:
    static constexpr int kLooks = 2000;  ///< some microseconds: shorter than falling asleep and waking up

    struct Helper {
        std::atomic<unsigned> calls{0};
        std::jthread thread;  // the last member: it ends before the rest goes
    };

    template <class T>
    static void awaitChange(const std::atomic<T>& value, T known) {
        for (int i = 0; i < kLooks; ++i)
            if (value.load(std::memory_order_acquire) != known) return;
        value.wait(known, std::memory_order_acquire);
    }

    static void wake(Helper& helper) {
        helper.calls.fetch_add(1, std::memory_order_release);
        helper.calls.notify_one();
    }

    void help(Helper& self) {
        for (unsigned call = 0;; ++call) {  // the owner waits for all that it called before it calls again
            awaitChange(self.calls, call);
            if (m_ends) return;
            takeItems();
            if (m_busy.fetch_sub(1, std::memory_order_acq_rel) == 1) m_busy.notify_one();
        }
    }

    void takeItems() {
        for (std::int64_t i = m_next.fetch_add(1); i < m_count; i = m_next.fetch_add(1)) {
            try {
                (*m_work)(i);
            } catch (...) {
                const std::lock_guard lock(m_failing);
                if (!m_failure) m_failure = std::current_exception();
            }
        }
    }

    int m_wanted;
    const std::function<void(std::int64_t)>* m_work = nullptr;
    std::int64_t m_count = 0;
    std::atomic<std::int64_t> m_next{0};
    std::atomic<int> m_busy{0};
    std::atomic<bool> m_ends{false};
    std::mutex m_failing;
    std::exception_ptr m_failure;
    std::deque<Helper> m_helpers;  // the last member: they end before the rest goes
};

thread_local int chosen = 0;
thread_local bool atWork = false;  ///< within an item, on the owner's thread or a helper's
thread_local std::unique_ptr<Team> team;

Team& teamOf(int helpers) {
    if (!team || team->wanted() != helpers) {
        team.reset();
        team = std::make_unique<Team>(helpers);
    }
    return *team;
}

/// True for as long as a thread works on an item.
class WorkScope {
public:
    WorkScope() : m_before(std::exchange(atWork, true)) {}
    ~WorkScope() { atWork = m_before; }
    WorkScope(const WorkScope&) = delete;
    WorkScope& operator=(const WorkScope&) = delete;

private:
    bool m_before;
};

}  // namespace

int defaultThreads() {
    const char* const text = std::getenv("OMP_NUM_THREADS");
    const long asked = text ? std::strtol(text, nullptr, 10) : 0;
    return asked > 0 ? static_cast<int>(std::min(asked, 4096L)) : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void setThreads(int count) {
    chosen = count > 0 ? count : defaultThreads();
}

int chosenThreads() {
    return chosen;
}

int threads() {
    if (atWork) return 1;
    return chosen > 0 ? chosen : defaultThreads();
}

void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& work) {
    const int helpers = threads() - 1;
    if (count < 2 || helpers < 1) {
        for (std::int64_t i = 0; i < count; ++i) work(i);
        return;
    }
    const std::function<void(std::int64_t)> item = [&](std::int64_t i) {
        const WorkScope scope;
        work(i);
    };
    teamOf(helpers).run(count, item);
}

void parallelOver(std::int64_t size, std::int64_t grain, const std::function<void(std::int64_t, std::int64_t)>& work) {
    parallelFor((size + grain - 1) / grain, [&](std::int64_t part) { work(part * grain, std::min(size, (part + 1) * grain)); });
}

}  // namespace larmor::cpu
