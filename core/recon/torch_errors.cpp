#include "core/recon/torch_errors.h"

#include <new>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon {

namespace {
[[noreturn]] void refuseMemory(const std::string& task, const std::string& device) {
    throw DeviceError(fmt::format("There is not enough memory on {} for {}.", device, task),
                      "Close other programs, take fewer coils or a smaller matrix, or choose another device.");
}

bool speaksOfMemory(const std::string& text) {
    return text.find("out of memory") != std::string::npos || text.find("can't allocate memory") != std::string::npos;
}

bool speaksOfCuda(const std::string& text) {
    return text.find("CUDA") != std::string::npos || text.find("NVIDIA") != std::string::npos || text.find("cuFFT") != std::string::npos;
}

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}
}  // namespace

void atTorchEdge(const std::string& task, const std::string& device, const std::function<void()>& work) {
    try {
        const c10::InferenceMode noAutograd;
        work();
    } catch (const std::bad_alloc&) {
        refuseMemory(task, device);
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        if (speaksOfMemory(text)) refuseMemory(task, device);
        const auto message = fmt::format("LibTorch failed in {} on {}: {}", task, device, firstLine(text));
        if (device != "cpu" || speaksOfCuda(text)) throw DeviceError(message, "Try the device 'cpu'.");
        throw Error(message);
    }
}

}  // namespace larmor::recon
