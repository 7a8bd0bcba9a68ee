#include "core/session/run_job.h"

#include <new>

#include "core/session/job_queue.h"

namespace larmor::session {

namespace {

Failed lackOfMemory() {
    return {"There is not enough memory for this.", "Take fewer slices at a time, or close other results and programs."};
}

Failed unexpected(const std::string& reason) {
    return {"Something failed that should not" + reason, "Please report it with the lines of the log."};
}

/// LibTorch appends a stack trace to its first line, and speaks of memory in words of its own.
Failed foreignFailure(const std::string& text) {
    for (const char* words : {"out of memory", "not enough memory", "can't allocate memory"})
        if (text.find(words) != std::string::npos) return lackOfMemory();
    auto line = text.substr(0, text.find('\n'));
    while (!line.empty() && (line.back() == '.' || line.back() == ' ')) line.pop_back();
    return unexpected(line.empty() ? ", and gave no reason." : ": " + line + ".");
}

}  // namespace

Failed describeCurrentException() {
    try {
        throw;
    } catch (const Error& error) {
        return {error.what(), error.hint()};
    } catch (const std::bad_alloc&) {
        return lackOfMemory();
    } catch (const std::exception& error) {
        return foreignFailure(error.what());
    } catch (...) {
        return unexpected(", and gave no reason.");
    }
}

Outcome runJob(const JobWork& work, const RunControl& run) {
    try {
        if (run.stop.stop_requested()) return CancelledJob{};
        auto result = std::make_shared<const Reconstruction>(work(run));
        if (result->stoppedEarly) return Stopped{std::move(result)};
        return Completed{std::move(result)};
    } catch (const Cancelled&) {
        return CancelledJob{};
    } catch (...) {
        return describeCurrentException();
    }
}

}  // namespace larmor::session
