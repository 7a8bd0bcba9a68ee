#include "core/session/protocol_builder.h"

#include <algorithm>
#include <filesystem>

#include "core/base/version.h"
#include "core/cpu/workers.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace fs = std::filesystem;

std::string absolutePath(const std::string& path) {
    std::error_code error;
    const auto absolute = fs::weakly_canonical(path, error);
    return error ? path : absolute.string();
}

std::int64_t defaultThreads() {
    return cpu::defaultThreads();
}

Protocol protocolOf(const ReconstructionRequest& request, const ParamValues& parameters, const ParamValues& mapParameters,
                    const std::stop_token& stop) {
    const auto& origin = request.acquisition->header().provenance;
    Protocol protocol;
    protocol.method = request.method;
    protocol.parameters = parameters.toJson();
    protocol.mask = request.mask.toText();
    if (!request.mask.drawn && !request.mask.spec && !request.mask.file.empty()) protocol.mask = absolutePath(request.mask.file);
    if (!request.mapsFile.empty()) protocol.maps = absolutePath(request.mapsFile);
    protocol.mapParameters = mapParameters.toJson();
    protocol.coils = request.coils;
    if (!request.calibrationFile.empty()) {
        protocol.calibration = absolutePath(request.calibrationFile);
        if (request.hashSource) protocol.calibrationHash = hashOfSource(request.calibrationFile, stop);
    }
    protocol.source = absolutePath(origin.path);
    protocol.sourceFormat = origin.format;
    protocol.sourceArray = origin.array;
    protocol.sourceDims = origin.dims;
    if (request.hashSource) protocol.sourceHash = hashOfSource(origin.path, stop);
    protocol.simulatedSource = origin.simulated;
    const auto& header = request.acquisition->header();
    if (const auto places = header.sizeOf(Dim::Slice) * header.sizeOf(Dim::Partition); places < header.sliceCount()) protocol.places = places;
    protocol.fullFov = request.fullFov;
    protocol.reduction = request.reduction;
    protocol.device = request.device;
    protocol.threads = request.threads > 0 ? request.threads : defaultThreads();
    protocol.version = version();
    protocol.seed = request.seed;
    protocol.steering = request.steering;
    protocol.tuned = request.tuned;
    return protocol;
}

void addMasks(Protocol& protocol, const MaskBuilder& masks) {
    protocol.maskHash = masks.hash();
    protocol.acquiredAcceleration = masks.acquired();
    protocol.totalAcceleration = masks.total();
    protocol.extraAcceleration = masks.total() / masks.acquired();
}

}  // namespace larmor::session
