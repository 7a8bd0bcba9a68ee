#include "core/base/steering.h"

namespace larmor {

Steering::~Steering() = default;

}  // namespace larmor
