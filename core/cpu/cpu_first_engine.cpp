#include "core/cpu/cpu_first_engine.h"

#include <utility>

#include "core/cpu/cpu_engine.h"
#include "core/cpu/methods.h"
#include "core/cpu/within_memory.h"
#include "core/cpu/workers.h"

namespace larmor::cpu {

namespace {

class CpuFirstEngine final : public CpuEngine {
public:
    explicit CpuFirstEngine(std::function<Engine&()> other) : m_other(std::move(other)) {}

    std::vector<DeviceInfo> devices() const override { return m_other().devices(); }
    std::string torchVersion() const override { return m_other().torchVersion(); }
    void setThreads(int count) override { cpu::setThreads(count); }

    SliceSolution reconstruct(const PluginManifest& method, const ParamValues& values, const SliceProblem& problem, const RunControl& run) override {
        if (method.cpu.empty() || problem.device != "cpu") return m_other().reconstruct(method, values, problem, run);
        checkKspace(problem.kspace, problem.mask);
        run.throwIfStopped();
        return withinMemory("the reconstruction",
                            [&] { return cpu::reconstruct(method.cpu, method.name, values, problem, method.needsMaps(values), run); });
    }

    SeriesSolution reconstructSeries(const PluginManifest& method, const ParamValues& values, const SeriesProblem& problem,
                                     const RunControl& run) override {
        return m_other().reconstructSeries(method, values, problem, run);
    }

private:
    std::function<Engine&()> m_other;
};

}  // namespace

std::unique_ptr<Engine> cpuFirstEngine(std::function<Engine&()> other) {
    return std::make_unique<CpuFirstEngine>(std::move(other));
}

}  // namespace larmor::cpu
