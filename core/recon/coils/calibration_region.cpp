#include "core/recon/coils/calibration_region.h"

#include <ATen/ATen.h>

namespace larmor::recon {

std::optional<CalibrationRegion> calibrationRegion(const at::Tensor& kspace, const SamplingMask& mask, std::int64_t size) {
    return overHost(kspace, [&](const cpu::KspaceView& view) { return cpu::calibrationRegion(view, mask, size); });
}

at::Tensor samplesIn(const at::Tensor& kspace, const CalibrationRegion& region) {
    return kspace.narrow(1, region.row, region.rows).narrow(2, region.column, region.columns).contiguous();
}

}  // namespace larmor::recon
