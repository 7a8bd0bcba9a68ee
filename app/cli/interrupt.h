#pragma once
#include <stop_token>

namespace larmor::cli {

/// Turns Ctrl-C (and SIGTERM) into a request to stop; a second one ends the program at once. Made before any other thread, so that
/// all of them leave the signals to it.
class Interrupt {
public:
    Interrupt();
    [[nodiscard]] std::stop_token token() const;
};

}  // namespace larmor::cli
