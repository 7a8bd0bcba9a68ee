#pragma once
#include <mutex>

namespace larmor::io {
/// matio keeps its message handler in a global: one thread at a time. Its messages go nowhere.
[[nodiscard]] std::unique_lock<std::mutex> lockMatio();
}  // namespace larmor::io
