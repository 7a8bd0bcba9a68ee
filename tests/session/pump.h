#pragma once
// An owner's thread without a window.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "core/session/workbench/background.h"

namespace larmor::test {

/// Calls that were posted are run by the test that waits.
class Pump {
public:
    session::Post post() {
        return [this](std::function<void()> call) {
            const std::lock_guard lock(m_mutex);
            m_calls.push_back(std::move(call));
            m_arrived.notify_all();
        };
    }
    /// Runs calls until `condition` holds; false after two minutes, so that a hang fails instead of blocking.
    template <class Condition>
    bool until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        while (!condition()) {
            std::unique_lock lock(m_mutex);
            if (!m_arrived.wait_until(lock, end, [this] { return !m_calls.empty(); })) return false;
            const auto call = std::move(m_calls.front());
            m_calls.pop_front();
            lock.unlock();
            call();
        }
        return true;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<std::function<void()>> m_calls;
};

}  // namespace larmor::test
