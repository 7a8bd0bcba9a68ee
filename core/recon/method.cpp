#include "core/recon/method.h"

namespace larmor::recon {

Method::~Method() = default;

}  // namespace larmor::recon
