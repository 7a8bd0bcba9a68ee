#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "core/base/array.h"

namespace larmor::session {

/// One slot between a worker and a viewer: the latest wins. It wants a frame only when the last one was taken and
/// `interval` has passed since. Safe to be called from both threads.
class PreviewMailbox {
public:
    explicit PreviewMailbox(std::chrono::milliseconds interval = std::chrono::milliseconds(50));
    [[nodiscard]] bool wantsFrame() const;
    void put(ComplexArray frame);
    [[nodiscard]] std::optional<ComplexArray> take();

private:
    mutable std::mutex m_mutex;
    std::optional<ComplexArray> m_frame;
    std::chrono::milliseconds m_interval;
    std::optional<std::chrono::steady_clock::time_point> m_lastPut;
};

}  // namespace larmor::session
