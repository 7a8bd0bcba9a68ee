#include "core/base/api/coil_lab.h"

namespace larmor {

CoilLab::~CoilLab() = default;

}  // namespace larmor
