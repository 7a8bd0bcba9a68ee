#include "core/session/replay.h"

#include <fmt/format.h>

#include "core/base/io/load.h"
#include "core/session/engine_host.h"
#include "core/session/protocol_builder.h"

namespace larmor::session {

namespace {

AcquisitionPtr sourceOf(const Protocol& protocol) {
    if (hashOfSource(protocol.source) != protocol.sourceHash)
        throw InputError(fmt::format("{} is not the file this result was made from: its SHA-256 differs.", protocol.source),
                         "Put the original file there, or reconstruct the new one with larmor-cli recon.");
    io::LoadOptions options;
    const bool ownOrder = protocol.sourceFormat.find("fastMRI") != std::string::npos;
    if (!ownOrder) options.array = protocol.sourceArray;
    if (!ownOrder && !protocol.sourceDims.empty()) options.dims = io::parseDims(protocol.sourceDims);
    return io::openAcquisition(protocol.source, options);
}

MaskChoice maskOf(const Reconstruction& result) {
    if (result.protocol.mask != kDrawnMask) return MaskChoice::fromText(result.protocol.mask);
    if (result.masks.size() != 1)
        throw InputError("The mask of this result was drawn by hand, and the file does not hold it.", "Replay the .h5 result, which does.");
    MaskChoice choice;
    choice.drawn = result.masks.front();
    return choice;
}

}  // namespace

ReconstructionRequest requestOf(const Reconstruction& result) {
    const auto& protocol = result.protocol;
    ReconstructionRequest request;
    request.acquisition = sourceOf(protocol);
    request.method = protocol.method;
    request.parameters = ParamValues::fromJson(plugins().method(protocol.method).params, protocol.parameters);
    request.mask = maskOf(result);
    request.mapsFile = protocol.maps;
    request.mapParameters = ParamValues::fromJson(espiritParameters(), protocol.mapParameters);
    request.slices = protocol.slices;
    request.fullFov = protocol.fullFov;
    request.device = protocol.device;
    request.seed = protocol.seed;
    request.threads = protocol.threads;
    return request;
}

}  // namespace larmor::session
