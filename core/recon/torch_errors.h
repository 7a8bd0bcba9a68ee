#pragma once
// The edge where errors of LibTorch become ours, and our number of threads its.

#include <functional>
#include <string>

#include "core/base/export.h"

namespace larmor::recon {

/// Calls `work` without autograd and with the threads that the caller chose (cpu::setThreads), and gives back what it returns. Our own errors and Cancelled pass through; exhausted memory becomes a
/// DeviceError that says so, everything else of LibTorch an Error that names `task` ("the reconstruction") and the device.
/// @throws Error, Cancelled
LARMOR_RECON_EXPORT void atTorchEdge(const std::string& task, const std::string& device, const std::function<void()>& work);

template <class Work>
[[nodiscard]] auto torchEdge(const std::string& task, const std::string& device, Work&& work) {
    decltype(work()) result;
    atTorchEdge(task, device, [&] { result = work(); });
    return result;
}

}  // namespace larmor::recon
