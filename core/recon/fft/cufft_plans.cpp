#include "core/recon/fft/cufft_plans.h"

#include <cmath>
#include <limits>
#include <list>
#include <mutex>
#include <tuple>

#include <dlfcn.h>

#include <ATen/ATen.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <fmt/format.h>

#include "core/base/error.h"

#ifdef LARMOR_HAVE_CUFFT
#include <cufft.h>
#endif

namespace larmor::recon {

#ifdef LARMOR_HAVE_CUFFT
namespace {
constexpr const char* kLibrary = "libcufft.so.12";
constexpr std::size_t kCapacity = 16;  ///< plans hold device memory; a run uses two or three

/// The functions of cuFFT that we call.
struct Cufft {
    decltype(&cufftPlanMany) planMany = nullptr;
    decltype(&cufftExecC2C) execute = nullptr;
    decltype(&cufftDestroy) destroy = nullptr;
    std::string reason;
    [[nodiscard]] bool usable() const { return planMany && execute && destroy; }
};

Cufft openLibrary() {
    Cufft cufft;
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char* reason = dlerror();
        cufft.reason = reason ? reason : "unknown reason";
        return cufft;
    }
    cufft.planMany = reinterpret_cast<decltype(&cufftPlanMany)>(dlsym(library, "cufftPlanMany"));
    cufft.execute = reinterpret_cast<decltype(&cufftExecC2C)>(dlsym(library, "cufftExecC2C"));
    cufft.destroy = reinterpret_cast<decltype(&cufftDestroy)>(dlsym(library, "cufftDestroy"));
    if (!cufft.usable()) cufft.reason = fmt::format("{} lacks a function", kLibrary);
    return cufft;
}

const Cufft& cufft() {
    static const Cufft library = openLibrary();
    return library;
}

void check(cufftResult code, const char* what) {
    if (code == CUFFT_ALLOC_FAILED)
        throw DeviceError(fmt::format("There is not enough memory on the GPU for {}.", what),
                          "Choose the device 'cpu' or close other programs.");
    if (code != CUFFT_SUCCESS)
        throw DeviceError(fmt::format("cuFFT failed in {} (code {}).", what, static_cast<int>(code)), "Try the device 'cpu'.");
}

/// Plans by (device, batch, rows, columns), least recently used first out. A plan must not run in two threads at once, and launching is
/// short, so one lock guards it all.
class PlanCache {
public:
    using Key = std::tuple<int, int, int, int>;

    void execute(const Key& key, const at::Tensor& in, at::Tensor& out, bool inverse) {
        const std::lock_guard lock(m_mutex);
        const cufftHandle plan = find(key);
        // cuFFT takes its input without const but does not write to it when input and output differ.
        auto* source = static_cast<cufftComplex*>(const_cast<void*>(in.const_data_ptr()));
        check(cufft().execute(plan, source, static_cast<cufftComplex*>(out.mutable_data_ptr()), inverse ? CUFFT_INVERSE : CUFFT_FORWARD),
              "a transform");
        ++m_executed;
    }

    void report(CufftStatus& status) {
        const std::lock_guard lock(m_mutex);
        status.plans = static_cast<std::int64_t>(m_plans.size());
        status.executed = m_executed;
    }

private:
    cufftHandle find(const Key& key) {
        for (auto plan = m_plans.begin(); plan != m_plans.end(); ++plan)
            if (plan->first == key) {
                m_plans.splice(m_plans.begin(), m_plans, plan);
                return m_plans.front().second;
            }
        const auto [device, batch, rows, columns] = key;
        int size[] = {rows, columns};
        cufftHandle plan{};
        check(cufft().planMany(&plan, 2, size, nullptr, 1, rows * columns, nullptr, 1, rows * columns, CUFFT_C2C, batch),
              "planning a transform");
        m_plans.emplace_front(key, plan);
        if (m_plans.size() > kCapacity) {
            cufft().destroy(m_plans.back().second);
            m_plans.pop_back();
        }
        return plan;
    }

    std::mutex m_mutex;
    std::list<std::pair<Key, cufftHandle>> m_plans;
    std::int64_t m_executed = 0;
};

/// Never destroyed: the driver may be gone when static objects are.
PlanCache& plans() {
    static auto* cache = new PlanCache();
    return *cache;
}

bool defaultStreamIsCurrent(const c10::Device& device) {
    const c10::impl::VirtualGuardImpl guard(device.type());
    return guard.getStream(device) == guard.getDefaultStream(device);
}
}  // namespace

std::optional<at::Tensor> cufftTransform(const at::Tensor& x, bool inverse) {
    const std::int64_t rows = x.size(-2), columns = x.size(-1), plane = rows * columns;
    if (!cufft().usable() || x.numel() == 0 || x.numel() > std::numeric_limits<int>::max() || !defaultStreamIsCurrent(x.device()))
        return std::nullopt;
    const c10::DeviceGuard onDevice(x.device());
    const at::Tensor in = x.resolve_conj().contiguous();
    at::Tensor out = at::empty_like(in);
    plans().execute({x.device().index(), static_cast<int>(x.numel() / plane), static_cast<int>(rows), static_cast<int>(columns)}, in, out,
                    inverse);
    return out.mul_(1 / std::sqrt(static_cast<double>(plane)));
}

CufftStatus cufftStatus() {
    CufftStatus status;
    status.usable = cufft().usable();
    status.reason = cufft().reason;
    plans().report(status);
    return status;
}

#else

std::optional<at::Tensor> cufftTransform(const at::Tensor&, bool) {
    return std::nullopt;
}
CufftStatus cufftStatus() {
    return {false, "built without the cuFFT headers", 0, 0};
}

#endif

}  // namespace larmor::recon
