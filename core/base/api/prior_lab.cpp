#include "core/base/api/prior_lab.h"

namespace larmor {

PriorLab::~PriorLab() = default;

}  // namespace larmor
