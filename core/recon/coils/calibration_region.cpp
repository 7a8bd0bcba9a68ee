#include "core/recon/coils/calibration_region.h"

#include <ATen/ATen.h>

namespace larmor::recon {

std::optional<CalibrationRegion> calibrationRegion(const at::Tensor& kspace, const SamplingMask& mask, std::int64_t size) {
    checkShape(kspace.sizes().vec(), {-1, -1, -1}, "k-space");
    const at::Tensor host = kspace.detach().cpu().to(at::kComplexFloat).resolve_conj().contiguous();
    const cpu::KspaceView view(static_cast<const cfloat*>(host.const_data_ptr()), host.size(0), host.size(1), host.size(2));
    return cpu::calibrationRegion(view, mask, size);
}

at::Tensor samplesIn(const at::Tensor& kspace, const CalibrationRegion& region) {
    return kspace.narrow(1, region.row, region.rows).narrow(2, region.column, region.columns).contiguous();
}

}  // namespace larmor::recon
