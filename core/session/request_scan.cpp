#include "core/session/request_scan.h"

#include "core/session/calibrated_scan.h"
#include "core/session/engine_host.h"
#include "core/session/prepared_scan.h"
#include "core/session/reduced_scan.h"
#include "core/session/slice_source.h"

namespace larmor::session {

void checkMapSources(const std::string& mapsFile, const std::string& calibrationFile) {
    if (!mapsFile.empty() && !calibrationFile.empty())
        throw UsageError("Coil maps and a calibration scan to estimate them from are given.", "Leave one of them out.");
}

AcquisitionPtr scanOf(const ReconstructionRequest& request) {
    checkMapSources(request.mapsFile, request.calibrationFile);
    AcquisitionPtr scan = request.acquisition;
    if (!request.calibrationFile.empty()) scan = std::make_shared<const CalibratedScan>(scan, request.calibrationFile);
    ReconstructionRequest size;
    size.acquisition = scan;
    size.reduction = request.reduction;
    size.mapsFile = request.mapsFile;
    if (auto reduced = reducedScanOf(size)) scan = std::make_shared<const ReducedScan>(std::move(*reduced));
    if (!request.coils.isNothing()) scan = std::make_shared<const PreparedScan>(scan, request.coils, request.mask, request.acquisition);
    return scan;
}

AcquisitionPtr scanOfReference(AcquisitionPtr scan, const CoilPreparation& coils) {
    if (coils.whitening == Whitening::None) return scan;
    CoilPreparation whitened;
    whitened.whitening = coils.whitening;
    const auto* reduced = dynamic_cast<const ReducedScan*>(scan.get());  // the middle of k-space has no edge
    AcquisitionPtr noise = reduced ? reduced->whole() : scan;
    return std::make_shared<const PreparedScan>(std::move(scan), whitened, MaskChoice{}, std::move(noise));
}

CoilMaps mapsFor(const Acquisition& scan, CoilMaps given) {
    const auto* prepared = dynamic_cast<const PreparedScan*>(&scan);
    return prepared ? prepared->prepared(std::move(given)) : std::move(given);
}

CoilMaps mapsOf(const ComplexArray& kspace, const SamplingMask& mask, const std::optional<ComplexArray>& calibration,
                const EspiritOptions& options, const RunControl& run) {
    if (!calibration) return engine().estimateMaps(kspace, mask, options, run);
    checkFinite(*calibration, "samples of the calibration scan", "Repair it, or let the maps be estimated from the scan itself.");
    return engine().estimateMaps(*calibration, acquiredSamples(*calibration), options, run);
}

CoilMaps setsInARow(CoilMaps found) {
    if (found.maps.rank() != 4) return found;
    const Shape shape = found.maps.shape();
    return {std::move(found.maps).reshaped({shape[0] * shape[1], shape[2], shape[3]}), found.eigenvalue.empty() ? RealArray() : found.eigenvalue.slice(0)};
}

}  // namespace larmor::session
