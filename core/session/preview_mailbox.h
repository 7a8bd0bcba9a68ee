#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "core/base/run_control.h"

namespace larmor::session {

/// An image as it forms, with the step that it was made after.
struct PreviewFrame {
    ComplexArray image;  ///< [readout, phase]
    StepReport at;
};

/// One slot between a worker and a viewer: the latest wins. It wants a frame only when the last one was taken and
/// `interval` has passed since. Safe to be called from both threads.
class PreviewMailbox {
public:
    explicit PreviewMailbox(std::chrono::milliseconds interval = std::chrono::milliseconds(50));
    [[nodiscard]] bool wantsFrame() const;
    void put(PreviewFrame frame);
    [[nodiscard]] std::optional<PreviewFrame> take();

private:
    mutable std::mutex m_mutex;
    std::optional<PreviewFrame> m_frame;
    std::chrono::milliseconds m_interval;
    std::optional<std::chrono::steady_clock::time_point> m_lastPut;
};

}  // namespace larmor::session
