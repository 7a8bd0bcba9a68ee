// The Engine behind which all of LibTorch lives; see core/base/api/engine.h.
#include <thread>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/version.h>

#include "core/base/api/engine.h"
#include "core/recon/coils/combine.h"
#include "core/recon/coils/espirit.h"
#include "core/recon/device.h"
#include "core/recon/diffusion/prior_host.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/method_host.h"
#include "core/recon/series/series_problem.h"
#include "core/recon/tensor_view.h"
#include "core/recon/torch_errors.h"

namespace larmor::recon {

namespace {
void checkKspace(const ComplexArray& kspace, const SamplingMask& mask) {
    checkShape(kspace.shape(), {-1, -1, -1}, "k-space");
    checkShape(mask.samples().shape(), {kspace.extent(1), kspace.extent(2)}, "mask");
    if (const auto bad = countNonFinite(kspace.values()); bad > 0)
        throw InputError(fmt::format("The k-space holds {} values that are not finite numbers.", bad),
                         "The file is damaged or was not read as what it is.");
}

at::Tensor maskedKspace(const ComplexArray& kspace, const at::Tensor& mask, const Device& device) {
    at::Tensor y = toTensor(kspace, device);
    at::view_as_real(y).mul_(mask.unsqueeze(-1));
    return y;
}

/// Where coils hold different samples, as virtual conjugate coils do: [coil, readout, phase]; else `mask`. What a coil did not measure is
/// exactly zero; a few zeros are measured ones that were rounded, and nothing but zeros comes from a coil that is switched off.
at::Tensor maskOfCoils(const at::Tensor& y, const at::Tensor& mask) {
    constexpr double kRounded = 0.01;
    const at::Tensor held = y.ne(0);
    const at::Tensor counts = held.sum({1, 2});
    const auto kept = static_cast<std::int64_t>((1 - kRounded) * mask.sum().item<double>());
    const at::Tensor differs = counts.gt(0).logical_and(counts.lt(kept)).reshape({-1, 1, 1});
    return differs.any().item<bool>() ? at::where(differs, held.to(mask.scalar_type()), mask) : mask;
}

void checkOperator(const Method& method, const SenseOperator& A, const std::string& id) {
    if (method.takesAnyOperator()) return;
    if (A.sets() > 1)
        throw UsageError(fmt::format("The method '{}' works with one set of coil maps.", id), "Estimate one set, or use cg-sense, l1-wavelet or tv.");
    if (A.mask().dim() == 3)
        throw UsageError(fmt::format("The method '{}' needs the same samples of all coils; virtual conjugate coils hold others than the real ones.", id),
                         "Use cg-sense, l1-wavelet or tv, or a mask that is symmetric about the centre of k-space.");
}

CoilMaps toCoilMaps(const EspiritMaps& maps) {
    return {toComplexArray(maps.maps), toRealArray(maps.eigenvalue)};
}

void checkSeries(const SeriesProblem& problem) {
    checkShape(problem.kspace.shape(), {-1, -1, -1, -1}, "k-space of a series");
    if (static_cast<std::int64_t>(problem.masks.size()) != problem.kspace.extent(0))
        throw ShapeError("masks of a series", fmt::format("{}, one a frame", problem.kspace.extent(0)), std::to_string(problem.masks.size()));
    for (const auto& mask : problem.masks)
        checkShape(mask.samples().shape(), {problem.kspace.extent(2), problem.kspace.extent(3)}, "mask of a frame");
    if (const auto bad = countNonFinite(problem.kspace.values()); bad > 0)
        throw InputError(fmt::format("The k-space holds {} values that are not finite numbers.", bad),
                         "The file is damaged or was not read as what it is.");
}

CoilMaps mapsOfAllFrames(const SeriesInput& in, const EspiritOptions& options, const RunControl& run) {
    const TimeMean mean = timeMean(in.y, in.masks);
    return toCoilMaps(espirit(mean.kspace.cpu(), toMask(mean.mask), options, run));
}

class EngineImplementation final : public Engine {
public:
    EngineImplementation() { loadCudaBackend(); }

    std::vector<DeviceInfo> devices() const override { return availableDevices(); }
    std::string torchVersion() const override { return TORCH_VERSION; }
    void setThreads(int count) override {
        (void)at::get_num_threads();  // a thread's first parallel work else takes the number that any other thread set last
        at::set_num_threads(count > 0 ? count : std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    }

    CoilMaps estimateMaps(const ComplexArray& kspace, const SamplingMask& mask, const EspiritOptions& options,
                          const RunControl& run) override {
        checkKspace(kspace, mask);
        return torchEdge("the coil maps", "cpu", [&] { return toCoilMaps(espirit(toTensor(kspace), mask, options, run)); });
    }

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

    ComplexArray combine(const ComplexArray& kspace, Combination how, const ComplexArray* maps) override {
        checkShape(kspace.shape(), {-1, -1, -1}, "k-space");
        if (how == Combination::Mvue && !maps) throw UsageError("The MVUE combination needs coil maps.", "Give maps, or combine by RSS.");
        return torchEdge("the coil combination", "cpu", [&] {
            const at::Tensor images = recon::ifft2c(toTensor(kspace));
            return toComplexArray(how == Combination::Rss ? combineRss(images) : combineMvue(images, toTensor(*maps)));
        });
    }

    ComplexArray fft2c(const ComplexArray& image) override {
        return torchEdge("a transform", "cpu", [&] { return toComplexArray(recon::fft2c(toTensor(image))); });
    }
    ComplexArray ifft2c(const ComplexArray& kspace) override {
        return torchEdge("a transform", "cpu", [&] { return toComplexArray(recon::ifft2c(toTensor(kspace))); });
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
            if (!problem.maps) solution.maps = toCoilMaps(espirit(in.y, problem.mask, problem.espirit, run));
            const ComplexArray& maps = (problem.maps ? problem.maps : solution.maps)->maps;
            Shape shape = problem.kspace.shape();
            if (maps.rank() == 4) shape.insert(shape.begin(), maps.extent(0));
            checkShape(maps.shape(), shape, "coil maps");
            in.A = std::make_shared<SenseOperator>(viewOn(maps, in.device), maskOfCoils(in.y, in.mask));
            checkOperator(method, *in.A, manifest.id);
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
