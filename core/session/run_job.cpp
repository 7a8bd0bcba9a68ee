#include <new>

#include "core/session/job_queue.h"

namespace larmor::session {

Outcome runJob(const JobWork& work, const RunControl& run) {
    try {
        if (run.stop.stop_requested()) return CancelledJob{};
        auto result = std::make_shared<const Reconstruction>(work(run));
        if (result->stoppedEarly) return Stopped{std::move(result)};
        return Completed{std::move(result)};
    } catch (const Cancelled&) {
        return CancelledJob{};
    } catch (const Error& error) {
        return Failed{error.what(), error.hint()};
    } catch (const std::bad_alloc&) {
        return Failed{"There is not enough memory for this.", "Reconstruct fewer slices at a time, or close other results."};
    } catch (const std::exception& error) {
        return Failed{std::string("Something failed that should not: ") + error.what() + ".", "Please report it with the lines of the log."};
    } catch (...) {
        return Failed{"Something failed that should not, and said no reason.", "Please report it with the lines of the log."};
    }
}

}  // namespace larmor::session
