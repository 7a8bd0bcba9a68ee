#pragma once
#include <string>

namespace larmor::cli {

/// "90m", "2h", "1h30m", "45s" in seconds; 0 for an empty text. @throws UsageError
[[nodiscard]] double secondsOf(const std::string& text);

}  // namespace larmor::cli
