#pragma once
#include <optional>

#include <ATen/core/Tensor.h>

#include "core/cpu/calibration_region.h"

namespace larmor::recon {

using cpu::CalibrationRegion;

/// Calls `work` with k-space [coil, readout, phase] complex64 as it lies in the computer's own memory, copied there from a GPU.
template <class Work>
auto overHost(const at::Tensor& kspace, const Work& work) {
    checkShape(kspace.sizes().vec(), {-1, -1, -1}, "k-space");
    const at::Tensor host = kspace.detach().cpu().to(at::kComplexFloat).resolve_conj().contiguous();
    return work(cpu::KspaceView(static_cast<const cfloat*>(host.const_data_ptr()), host.size(0), host.size(1), host.size(2)));
}

/// cpu::calibrationRegion of a tensor on any device.
[[nodiscard]] LARMOR_RECON_EXPORT std::optional<CalibrationRegion> calibrationRegion(const at::Tensor& kspace, const SamplingMask& mask,
                                                                                     std::int64_t size);
/// The samples of the region, [coil, rows, columns].
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor samplesIn(const at::Tensor& kspace, const CalibrationRegion& region);

}  // namespace larmor::recon
