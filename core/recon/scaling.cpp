#include "core/recon/scaling.h"

#include <ATen/ATen.h>

#include "core/cpu/calibration_region.h"
#include "core/recon/coils/calibration_region.h"
#include "core/recon/mask_tensor.h"

namespace larmor::recon {

double picsScale(const at::Tensor& y, const at::Tensor& mask) {
    return overHost(y, [&](const cpu::KspaceView& kspace) { return cpu::picsScale(kspace, toMask(mask)); });
}

}  // namespace larmor::recon
