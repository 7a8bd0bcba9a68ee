#pragma once
#include <stop_token>

namespace larmor::cli {

/// What a person reads after a stop.
inline constexpr const char* kCancelledText = "Cancelled; nothing unfinished was written.";

/// Turns Ctrl-C (and SIGTERM) into a request to stop; a second one ends the program at once, without the
/// file that was being written. Made before any other thread, so that
/// all of them leave the signals to it.
class Interrupt {
public:
    Interrupt();
    [[nodiscard]] std::stop_token token() const;
};

/// While it lives, a stop ends the program at once: for work that cannot look at a token, and as long as nothing is being written.
class LeaveOnStop {
public:
    explicit LeaveOnStop(const std::stop_token& stop);

private:
    std::stop_callback<void (*)()> m_callback;
};

}  // namespace larmor::cli
