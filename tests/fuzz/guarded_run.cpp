#include "tests/fuzz/guarded_run.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>

#include <fmt/format.h>

#include "tests/fuzz/memory_watch.h"

#ifdef __SANITIZE_ADDRESS__
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
    return "detect_leaks=0:max_allocation_size_mb=256:allocator_may_return_null=0:exitcode=99";
}
extern "C" __attribute__((visibility("default"))) const char* __ubsan_default_options() {
    return "halt_on_error=1:print_stacktrace=1:exitcode=99";
}
#endif

namespace larmor::fuzz {
namespace {

constexpr int kOverMemory = 97, kException = 98, kSanitizer = 99;

/// What both processes see.
struct Shared {
    std::uint64_t index, read, refused, peak;
    char message[600];
};
Shared* shared = nullptr;

void say(const char* text) {
    std::snprintf(shared->message, sizeof shared->message, "%s", text);
}

[[noreturn]] void onTooMuch(std::uint64_t wanted, std::uint64_t inUse) {
    std::snprintf(shared->message, sizeof shared->message, "memory: %llu bytes wanted beside %llu in use",
                  static_cast<unsigned long long>(wanted), static_cast<unsigned long long>(inUse));
    _exit(kOverMemory);
}

/// Time of the processor, not of the clock: a busy computer changes nothing.
void allowSeconds(unsigned seconds) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto now = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    const rlimit limit{now + seconds + 1, RLIM_INFINITY};
    setrlimit(RLIMIT_CPU, &limit);
}

[[noreturn]] void child(std::uint64_t end, const Attempt& attempt, const Limits& limits) {
    const rlimit noCore{0, 0};
    setrlimit(RLIMIT_CORE, &noCore);
    for (; shared->index < end; ++shared->index) {
        allowSeconds(limits.processorSeconds);
        watchMemory(limits.memoryBytes, onTooMuch);
        try {
            ++(attempt(shared->index) == Outcome::Read ? shared->read : shared->refused);
        } catch (const std::exception& error) {
            say(error.what());
            _exit(kException);
        } catch (...) {
            say("an exception of no known kind");
            _exit(kException);
        }
        shared->peak = std::max(shared->peak, peakMemory());
    }
    _exit(0);
}

std::string reasonOf(int status, const Limits& limits) {
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return fmt::format("hang: more than {} s of processor time", limits.processorSeconds);
    if (WIFSIGNALED(status)) return fmt::format("crash: {}", strsignal(WTERMSIG(status)));
    switch (WEXITSTATUS(status)) {
        case kOverMemory:
            return shared->message;
        case kException:
            return fmt::format("exception: {}", shared->message);
        case kSanitizer:
            return "sanitizer: its report stands above";
        default:
            return fmt::format("the process ended with {}", WEXITSTATUS(status));
    }
}

int runChild(std::uint64_t end, const Attempt& attempt, const Limits& limits) {
    std::fflush(nullptr);
    const pid_t id = fork();
    if (id < 0) throw std::runtime_error("no process can be made");
    if (id == 0) child(end, attempt, limits);
    int status = 0;
    waitpid(id, &status, 0);
    return status;
}

}  // namespace

BatchResult runGuarded(std::uint64_t begin, std::uint64_t count, const Attempt& attempt, const Limits& limits, std::size_t mostFindings) {
    void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory to share");
    shared = new (memory) Shared{begin, 0, 0, 0, ""};
    BatchResult result;
    while (shared->index < begin + count && result.findings.size() < mostFindings) {
        const int status = runChild(begin + count, attempt, limits);
        if (status == 0) break;
        result.findings.push_back({shared->index, reasonOf(status, limits)});
        ++shared->index;
    }
    result.read = shared->read;
    result.refused = shared->refused;
    result.peakBytes = shared->peak;
    munmap(memory, sizeof(Shared));
    return result;
}

}  // namespace larmor::fuzz
