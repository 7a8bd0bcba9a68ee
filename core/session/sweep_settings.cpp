// What decides a sweep's numbers beside its cells, and what none of its cells could do.

#include "core/session/reduced_scan.h"
#include "core/session/request_scan.h"
#include "core/session/sweep.h"

namespace larmor::session {

nlohmann::json SweepRequest::settings() const {
    auto origins = nlohmann::json::object();
    for (const auto& scan : scans) {
        auto origin = scan.origin;
        if (!scan.mapsFile.empty()) origin += "maps " + scan.mapsFile;
        if (!scan.calibrationFile.empty()) origin += "calibration " + scan.calibrationFile;
        origins[scan.name] = origin;
    }
    return {{"seed", seed},
            {"scale", scale == metrics::Scale::LeastSquares ? "ls" : "none"},
            {"reference", reference == Combination::Mvue ? "mvue" : "rss"},
            {"recommended", recommended},
            {"reduction", reduction},
            {"map_parameters", mapParameters.toJson()},
            {"coils", coils.toJson()},
            {"device", device},
            {"scans", origins}};
}

void checkScans(const SweepRequest& request) {
    ReconstructionRequest one;
    one.reduction = request.reduction;
    for (const auto& scan : request.scans) {
        if (scan.truth && request.coils.whitening != Whitening::None && request.scale == metrics::Scale::None)
            throw UsageError("Whitened images are in units of the noise, and the truths of simulated scans are not.", "Score with --scale ls.");
        checkMapSources(scan.mapsFile, scan.calibrationFile);
        one.acquisition = scan.acquisition;
        one.mapsFile = scan.mapsFile;
        (void)reducedScanOf(one);
    }
}

}  // namespace larmor::session
