#pragma once
#include <string>

#include "core/base/export.h"

namespace larmor {
/// "0.1.0"
[[nodiscard]] LARMOR_BASE_EXPORT std::string version();
inline constexpr const char* kResearchUseOnly = "Research use only. Not for diagnosis or treatment.";
}  // namespace larmor
