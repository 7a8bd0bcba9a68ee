#include "core/session/cell_memory.h"

#include <algorithm>

#include "core/base/data/series.h"
#include "core/session/available_memory.h"
#include "core/session/engine_host.h"
#include "core/session/sweep.h"

namespace larmor::session {

namespace {

// Of complex64 coil images of a slice: what is read and kept of it, maps and a solver's working copies; with and without LibTorch (3.1 were
// measured of 16 coils at 640 x 368).
constexpr std::int64_t kCoilImages = 32, kCoilImagesOfCpu = 6, kComplexBytes = 8, kAlways = 64 << 20;
// A pixel of what a network of the size of the prior `brain` holds on its way, with room for the derivatives that some samplers ask for.
constexpr std::int64_t kNetworkBytes = 8 << 10;

}  // namespace

std::int64_t bytesOfCell(const AcquisitionHeader& header, const PluginManifest& method, std::int64_t reduction) {
    const auto pixels = header.encoded.readout * header.encoded.phase / (reduction * reduction);
    const auto frames = method.needsSeries() ? std::max<std::int64_t>(1, frameCount(header)) : 1;
    const auto coils = pixels * header.coils * frames * (method.cpu.empty() ? kCoilImages : kCoilImagesOfCpu) * kComplexBytes;
    return kAlways + coils + (method.needsPrior() ? pixels * kNetworkBytes : 0);
}

std::int64_t cellsAtATime(const SweepRequest& request, std::int64_t cells) {
    const auto most = std::max<std::int64_t>(1, cells);
    if (request.jobs > 0) return std::min(request.jobs, most);
    if (request.device != "cpu") return 1;
    std::int64_t largest = 1;
    for (const auto& scan : request.scans)
        for (const auto& asked : request.methods)
            largest = std::max(largest, bytesOfCell(scan.acquisition->header(), plugins().method(asked.method), request.reduction));
    const auto threads = request.threads > 0 ? request.threads : defaultThreads();
    const auto fitting = availableMemory() * 3 / 4 / largest;  // a quarter is left to others
    return std::max<std::int64_t>(1, std::min({threads, most, fitting}));
}

}  // namespace larmor::session
