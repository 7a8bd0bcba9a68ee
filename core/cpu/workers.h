#pragma once
// The threads of larmor_cpu. They soon fall asleep while they wait, so that programs that share the cores are left alone.

#include <cstdint>
#include <functional>

#include "core/base/export.h"

namespace larmor::cpu {

/// Threads where nobody chose a number: OMP_NUM_THREADS, which other programs for such work go by, or all of the machine's.
[[nodiscard]] LARMOR_CPU_EXPORT int defaultThreads();
/// Threads for the work that the calling thread gives out; 0: defaultThreads().
LARMOR_CPU_EXPORT void setThreads(int count);
/// What the calling thread chose; 0: nothing.
[[nodiscard]] LARMOR_CPU_EXPORT int chosenThreads();
/// What it has: 1 within an item of work.
[[nodiscard]] LARMOR_CPU_EXPORT int threads();

/// work(0) .. work(count - 1), spread over threads(); returns when all have ended. The items must not write to the same places; which thread does
/// which is not said. Where there are several, everything in an item runs on the item's own thread; a single item has all threads.
/// @throws what an item throws
LARMOR_CPU_EXPORT void parallelFor(std::int64_t count, const std::function<void(std::int64_t)>& work);

/// The same over parts of 0..size, each work(begin, end) of at most `grain`.
LARMOR_CPU_EXPORT void parallelOver(std::int64_t size, std::int64_t grain, const std::function<void(std::int64_t, std::int64_t)>& work);

}  // namespace larmor::cpu
