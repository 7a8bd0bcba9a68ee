#pragma once
#include <string>

namespace larmor::session {

/// The text as one word of a POSIX shell; unchanged where nothing needs quoting.
[[nodiscard]] std::string shellQuoted(const std::string& text);

}  // namespace larmor::session
