#include "core/session/replay.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/open_again.h"
#include "core/session/prior_choice.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace {

AcquisitionPtr sourceOf(const Protocol& protocol, const std::stop_token& stop) {
    if (protocol.sourceHash.empty())
        throw InputError("The protocol does not hold the SHA-256 of the file this result was made from.", "Reconstruct it with larmor-cli recon.");
    if (hashOfSource(protocol.source, stop) != protocol.sourceHash)
        throw InputError(fmt::format("{} is not the file this result was made from: its SHA-256 differs.", protocol.source),
                         "Put the original file there, or reconstruct the new one with larmor-cli recon.");
    return openAgain(protocol.source, protocol.sourceFormat, protocol.sourceArray, protocol.sourceDims);
}

std::string calibrationOf(const Protocol& protocol, const std::stop_token& stop) {
    if (!protocol.calibration.empty() && hashOfSource(protocol.calibration, stop) != protocol.calibrationHash)
        throw InputError(fmt::format("{} is not the calibration scan of this result: its SHA-256 differs.", protocol.calibration),
                         "Put the original file there, or reconstruct with the new one.");
    return protocol.calibration;
}

void takeMasks(const Reconstruction& result, ReconstructionRequest& request) {
    request.mask = MaskChoice::fromText(result.protocol.mask == kDrawnMask ? std::string() : result.protocol.mask);
    if (result.protocol.mask != kDrawnMask) return;
    if (result.masks.size() != 1 && result.masks.size() != result.protocol.slices.size())
        throw InputError("The mask of this result was drawn by hand, and the file does not hold it.", "Replay the .h5 result, which does.");
    request.mask.drawn = result.masks.front();
    if (result.masks.size() > 1) request.drawnBySlice = result.masks;
}

}  // namespace

ReconstructionRequest requestOf(const Reconstruction& result, const std::stop_token& stop) {
    return requestOn(result, sourceOf(result.protocol, stop), stop);
}

ReconstructionRequest requestOn(const Reconstruction& result, AcquisitionPtr source, const std::stop_token& stop) {
    const auto& protocol = result.protocol;
    ReconstructionRequest request;
    request.acquisition = std::move(source);
    request.method = protocol.method;
    request.parameters = ParamValues::fromJson(plugins().method(protocol.method).params, protocol.parameters);
    takeMasks(result, request);
    if (protocol.prior) request.prior = requestOf(*protocol.prior);
    request.steering = protocol.steering;
    request.mapsFile = protocol.maps;
    request.mapParameters = ParamValues::fromJson(espiritParameters(), protocol.mapParameters);
    request.coils = protocol.coils;
    request.calibrationFile = calibrationOf(protocol, stop);
    request.slices = protocol.slices;
    request.fullFov = protocol.fullFov;
    request.reduction = protocol.reduction;
    request.device = protocol.device;
    request.seed = protocol.seed;
    request.threads = protocol.threads;
    request.tuned = protocol.tuned;
    return request;
}

std::optional<double> differenceOf(const Reconstruction& stored, const Reconstruction& again) {
    if (stored.images.isReal) return std::nullopt;
    const auto &a = stored.images.pixels, &b = again.images.pixels;
    if (a == b) return 0;
    if (a.shape() != b.shape()) return std::numeric_limits<double>::infinity();
    double apart = 0, norm = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
        apart += std::norm(std::complex<double>(a[i]) - std::complex<double>(b[i]));
        norm += std::norm(std::complex<double>(a[i]));
    }
    return std::max(std::sqrt(apart / norm), std::numeric_limits<double>::min());
}

}  // namespace larmor::session
