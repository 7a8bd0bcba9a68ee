#include "core/session/preview_mailbox.h"

namespace larmor::session {

PreviewMailbox::PreviewMailbox(std::chrono::milliseconds interval) : m_interval(interval) {}

bool PreviewMailbox::wantsFrame() const {
    const std::lock_guard lock(m_mutex);
    return !m_frame && (!m_lastPut || std::chrono::steady_clock::now() - *m_lastPut >= m_interval);
}

void PreviewMailbox::put(PreviewFrame frame) {
    const std::lock_guard lock(m_mutex);
    m_frame = std::move(frame);
    m_lastPut = std::chrono::steady_clock::now();
}

std::optional<PreviewFrame> PreviewMailbox::take() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_frame, std::nullopt);
}

}  // namespace larmor::session
