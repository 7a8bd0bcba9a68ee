#include "core/base/version.h"

namespace larmor {
std::string version() {
    return LARMOR_VERSION;
}
}  // namespace larmor
