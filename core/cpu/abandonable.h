#pragma once
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "core/base/run_control.h"

namespace larmor::cpu {

/// What `work` gives, for long work of a library that cannot look at a stop: it runs on a thread of its own, which is left behind to finish for
/// nothing when a stop is requested. `work` must own all that it uses. @throws Cancelled, and what `work` throws
template <class Work>
auto abandonable(Work work, const RunControl& run) {
    constexpr std::chrono::milliseconds kLook{20};
    const auto task = std::make_shared<std::packaged_task<decltype(work())()>>(std::move(work));
    auto result = task->get_future();
    std::thread([task] { (*task)(); }).detach();
    while (result.wait_for(kLook) != std::future_status::ready) run.throwIfStopped();
    return result.get();
}

}  // namespace larmor::cpu
