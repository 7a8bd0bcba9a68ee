#include "app/cli/interrupt.h"

#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/io/save.h"

namespace larmor::cli {

namespace {

// Never destroyed: the waiting thread may outlive main.
std::stop_source& source() {
    static auto* shared = new std::stop_source();
    return *shared;
}

[[noreturn]] void leave() {
    io::removeUnfinishedFiles();
    _exit(static_cast<int>(ExitCode::Cancelled));
}

}  // namespace

Interrupt::Interrupt() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    (void)source();
    std::thread([signals] {
        for (int received = 0; sigwait(&signals, &received) == 0;)
            if (!source().request_stop()) leave();
    }).detach();
}

LeaveOnStop::LeaveOnStop(const std::stop_token& stop)
    : m_callback(stop, [] {
          fmt::print(stderr, "{}\n", kCancelledText);
          leave();
      }) {}

std::stop_token Interrupt::token() const { return source().get_token(); }

}  // namespace larmor::cli
