#include "core/recon/device.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <string_view>

#include <dlfcn.h>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.h"
#include "core/base/log.h"

namespace larmor::recon {

namespace {
int cudaDeviceCount() {
    loadCudaBackend();
    if (!at::hasCUDA()) return 0;
    try {
        return at::detail::getCUDAHooks().getNumGPUs();
    } catch (const c10::Error& error) {
        log(LogLevel::Debug, "recon", fmt::format("CUDA cannot be used: {}", error.what_without_backtrace()));
        return 0;
    }
}

bool cpuHasBf16() {
    // AMX always comes with AVX512-BF16 on the processors there are.
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

/// Whether the environment asks for single precision. @throws UsageError for a word that means nothing
bool asksForFloat32() {
    const char* asked = std::getenv("LARMOR_PRECISION");
    const std::string_view word = asked ? asked : "";
    if (word == "float32") return true;
    if (word.empty() || word == "native") return false;
    throw UsageError(fmt::format("The environment variable LARMOR_PRECISION is '{}', which is no precision of networks.", word),
                     "It may be 'native' (bfloat16 where the device computes it) or 'float32'.");
}

DeviceInfo cpuInfo() {
    const int threads = at::get_num_threads();
    return {"cpu", fmt::format("CPU, {} thread{}{}", threads, threads == 1 ? "" : "s", cpuHasBf16() ? ", bf16" : ""), 0};
}

/// Name and memory from the driver's own interface, which a process can ask without linking any CUDA library.
DeviceInfo cudaInfo(int index) {
    DeviceInfo info{fmt::format("cuda:{}", index), fmt::format("CUDA device {}", index), 0};
    void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!driver) return info;
    const auto getDevice = reinterpret_cast<int (*)(int*, int)>(dlsym(driver, "cuDeviceGet"));
    const auto getName = reinterpret_cast<int (*)(char*, int, int)>(dlsym(driver, "cuDeviceGetName"));
    const auto getMemory = reinterpret_cast<int (*)(std::size_t*, int)>(dlsym(driver, "cuDeviceTotalMem_v2"));
    const auto initialise = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
    std::array<char, 256> name{};
    std::size_t bytes = 0;
    int device = 0;
    if (initialise && initialise(0) == 0 && getDevice && getDevice(&device, index) == 0) {
        if (getName && getName(name.data(), static_cast<int>(name.size()) - 1, device) == 0) info.name = name.data();
        if (getMemory && getMemory(&bytes, device) == 0) info.memoryBytes = static_cast<std::int64_t>(bytes);
    }
    return info;  // the driver's library stays loaded: CUDA uses it too
}
}  // namespace

bool computesBfloat16(c10::Device device) {
    if (asksForFloat32()) return false;
    if (device.is_cpu()) return cpuHasBf16();
    return device.is_cuda() && at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
}

void loadCudaBackend() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL)) return;
        const char* reason = dlerror();
        log(LogLevel::Debug, "recon", fmt::format("LibTorch's CUDA half is not loaded: {}", reason ? reason : "unknown reason"));
    });
}

std::vector<DeviceInfo> availableDevices() {
    std::vector<DeviceInfo> devices{cpuInfo()};
    for (int i = 0; i < cudaDeviceCount(); ++i) devices.push_back(cudaInfo(i));
    return devices;
}

Device::Device(const std::string& id) : m_id(id == "cuda" ? "cuda:0" : id) {
    if (m_id == "cpu") return;
    std::vector<std::string> known{"cpu"};
    for (int i = 0; i < cudaDeviceCount(); ++i) known.push_back(fmt::format("cuda:{}", i));
    if (std::find(known.begin(), known.end(), m_id) == known.end())
        throw DeviceError(fmt::format("There is no device '{}'.", id), fmt::format("There are: {}.", fmt::join(known, ", ")));
}

c10::Device Device::torch() const {
    return c10::Device(m_id);
}

at::TensorOptions Device::complexOptions() const {
    return at::TensorOptions().dtype(at::kComplexFloat).device(torch());
}

}  // namespace larmor::recon
