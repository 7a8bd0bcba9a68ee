// The Engine behind which all of LibTorch lives; see core/base/api/engine.h.
#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/version.h>

#include "core/base/api/engine.h"
#include "core/cpu/calibration_region.h"
#include "core/cpu/cpu_engine.h"
#include "core/cpu/espirit.h"
#include "core/cpu/slice_checks.h"
#include "core/cpu/workers.h"
#include "core/recon/device.h"
#include "core/recon/diffusion/prior_host.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/method_host.h"
#include "core/recon/series/series_problem.h"
#include "core/recon/tensor_view.h"
#include "core/recon/torch_errors.h"

namespace larmor::recon {

namespace {
at::Tensor maskedKspace(const ComplexArray& kspace, const at::Tensor& mask, const Device& device) {
    at::Tensor y = toTensor(kspace, device);
    at::view_as_real(y).mul_(mask.unsqueeze(-1));
    return y;
}

/// [readout, phase], or [coil, readout, phase] where coils hold different samples.
at::Tensor maskOfCoils(const SliceProblem& problem, const Device& device) {
    const ByteArray kept = cpu::keptByCoils(problem.kspace, problem.mask);
    RealArray values(kept.shape());
    std::transform(kept.values().begin(), kept.values().end(), values.values().begin(), [](auto sample) { return sample ? 1.0F : 0.0F; });
    return toTensor(values, device);
}

void checkOperator(const Method& method, const SenseOperator& A, const std::string& id) {
    if (method.takesAnyOperator()) return;
    cpu::checkPlain(A.sets() > 1, A.mask().dim() == 3, id);
}

void checkSeries(const SeriesProblem& problem) {
    checkShape(problem.kspace.shape(), {-1, -1, -1, -1}, "k-space of a series");
    if (static_cast<std::int64_t>(problem.masks.size()) != problem.kspace.extent(0))
        throw ShapeError("masks of a series", fmt::format("{}, one a frame", problem.kspace.extent(0)), std::to_string(problem.masks.size()));
    for (const auto& mask : problem.masks)
        checkShape(mask.samples().shape(), {problem.kspace.extent(2), problem.kspace.extent(3)}, "mask of a frame");
    checkSamples(problem.kspace);
}

CoilMaps mapsOfAllFrames(const SeriesInput& in, const EspiritOptions& options, const RunControl& run) {
    const TimeMean mean = timeMean(in.y, in.masks);
    return cpu::espirit(toComplexArray(mean.kspace), toMask(mean.mask), options, run);
}

class EngineImplementation final : public cpu::CpuEngine {
public:
    EngineImplementation() { loadCudaBackend(); }

    std::vector<DeviceInfo> devices() const override { return availableDevices(); }
    std::string torchVersion() const override { return TORCH_VERSION; }
    void setThreads(int count) override { cpu::setThreads(count); }

    SliceSolution reconstruct(const PluginManifest& manifest, const ParamValues& values, const SliceProblem& problem,
                              const RunControl& run) override {
        checkKspace(problem.kspace, problem.mask);
        run.throwIfStopped();
        return torchEdge("the reconstruction", problem.device, [&] { return solve(manifest, values, problem, run); });
    }

    SeriesSolution reconstructSeries(const PluginManifest& manifest, const ParamValues& values, const SeriesProblem& problem,
                                     const RunControl& run) override {
        checkSeries(problem);
        run.throwIfStopped();
        return torchEdge("the reconstruction", problem.device, [&] { return solveSeries(manifest, values, problem, run); });
    }

private:
    SliceSolution solve(const PluginManifest& manifest, const ParamValues& values, const SliceProblem& problem, const RunControl& run) {
        const Method& method = m_host.method(manifest);
        MethodInput in;
        in.device = Device(problem.device);
        in.mask = toTensor(problem.mask, in.device);
        in.y = maskedKspace(problem.kspace, in.mask, in.device);
        in.seed = problem.seed;
        in.slice = problem.sliceIndex;
        if (manifest.needsPrior()) {
            if (!problem.prior)
                throw UsageError(fmt::format("The method '{}' needs a diffusion prior.", manifest.id), "Choose one with --prior.");
            in.prior = m_priors.prior(*problem.prior, in.device);
        }
        SliceSolution solution;
        if (manifest.needsMaps(values)) {
            if (!problem.maps) solution.maps = cpu::espirit(problem.kspace, problem.mask, problem.espirit, run);
            const ComplexArray& maps = (problem.maps ? problem.maps : solution.maps)->maps;
            cpu::checkMaps(maps, problem.kspace);
            in.A = std::make_shared<SenseOperator>(viewOn(maps, in.device), maskOfCoils(problem, in.device));
            checkOperator(method, *in.A, manifest.id);
            if (!manifest.needsPrior()) in.scale = cpu::picsScale(problem.kspace, problem.mask);  // here, where k-space is in the computer's own memory
        }
        MethodResult result = method.run(in, values, run);
        solution.image = toComplexArray(result.image);
        checkShape(solution.image.shape(), {problem.kspace.extent(1), problem.kspace.extent(2)}, "image of the method " + manifest.id);
        solution.trace = std::move(result.trace);
        solution.combination = std::move(result.combination);
        solution.posterior = std::move(result.posterior);
        solution.stoppedEarly = result.stoppedEarly;
        return solution;
    }

    SeriesSolution solveSeries(const PluginManifest& manifest, const ParamValues& values, const SeriesProblem& problem, const RunControl& run) {
        const Method& method = m_host.method(manifest);
        SeriesInput in;
        in.device = Device(problem.device);
        std::vector<at::Tensor> masks;
        for (const auto& mask : problem.masks) masks.push_back(toTensor(mask, in.device));
        in.masks = at::stack(masks);
        in.y = toTensor(problem.kspace, in.device);
        at::view_as_real(in.y).mul_(in.masks.unsqueeze(1).unsqueeze(-1));
        in.seed = problem.seed;
        in.series = problem.seriesIndex;
        SeriesSolution solution;
        if (manifest.needsMaps(values)) {
            solution.maps = problem.maps ? *problem.maps : mapsOfAllFrames(in, problem.espirit, run);
            auto mapShape = problem.kspace.shape();
            mapShape.erase(mapShape.begin());
            checkShape(solution.maps->maps.shape(), mapShape, "coil maps");
            in.maps = toTensor(solution.maps->maps, in.device);
        }
        SeriesResult result = method.runSeries(in, values, run);
        solution.images = toComplexArray(result.images);
        checkShape(solution.images.shape(), {problem.kspace.extent(0), problem.kspace.extent(2), problem.kspace.extent(3)},
                   "images of the method " + manifest.id);
        solution.trace = std::move(result.trace);
        solution.combination = std::move(result.combination);
        solution.stoppedEarly = result.stoppedEarly;
        return solution;
    }

    MethodHost m_host;
    diffusion::PriorHost m_priors;
};
}  // namespace

}  // namespace larmor::recon

extern "C" LARMOR_EXPORT larmor::Engine* larmorCreateEngine() {
    return new larmor::recon::EngineImplementation();
}
