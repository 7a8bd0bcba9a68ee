#include "core/recon/torch_errors.h"

#include <new>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/cpu/workers.h"

namespace larmor::recon {

namespace {
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
    if (const int chosen = cpu::chosenThreads(); chosen > 0) {
        (void)at::get_num_threads();  // a thread's first parallel work else takes the number that any other thread set last
        at::set_num_threads(chosen);
    }
    try {
        const c10::InferenceMode noAutograd;
        work();
    } catch (const std::bad_alloc&) {
        throw notEnoughMemory(task, device);
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        if (speaksOfMemory(text)) throw notEnoughMemory(task, device);
        const auto message = fmt::format("LibTorch failed in {} on {}: {}", task, device, firstLine(text));
        if (device != "cpu" || speaksOfCuda(text)) throw DeviceError(message, "Try the device 'cpu'.");
        throw Error(message);
    }
}

}  // namespace larmor::recon
