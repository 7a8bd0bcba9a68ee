#pragma once
// The one value that says where arrays live. One binary runs with and without a GPU: the CUDA half of LibTorch is loaded at run
// time where it and a driver are present.

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/api/engine.h"

namespace larmor::recon {

class LARMOR_RECON_EXPORT Device {
public:
    Device() = default;
    /// "cpu", "cuda", "cuda:1". @throws DeviceError that lists the devices there are.
    explicit Device(const std::string& id);
    [[nodiscard]] const std::string& id() const { return m_id; }
    [[nodiscard]] bool isCuda() const { return m_id != "cpu"; }
    [[nodiscard]] c10::Device torch() const;
    [[nodiscard]] at::TensorOptions complexOptions() const;

private:
    std::string m_id = "cpu";
};

/// Loads libtorch_cuda.so where it is present, once, before anything asks ATen for CUDA. Safe to be called again.
LARMOR_RECON_EXPORT void loadCudaBackend();
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<DeviceInfo> availableDevices();
/// Whether networks compute in bfloat16 on the device: where it has instructions for it (AVX512-BF16 or AMX, CUDA from compute capability
/// 8), unless the environment says LARMOR_PRECISION=float32. @throws UsageError if it says anything but that or "native"
[[nodiscard]] LARMOR_RECON_EXPORT bool computesBfloat16(c10::Device device);

}  // namespace larmor::recon
