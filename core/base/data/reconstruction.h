#pragma once
// A result and all that is needed to make it again.

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/data/coil_preparation.h"
#include "core/base/data/image.h"
#include "core/base/data/posterior.h"
#include "core/base/data/sampling_mask.h"
#include "core/base/data/steering_change.h"
#include "core/base/data/tuning.h"

namespace larmor {

/// What was asked for: replaying a protocol on the same file gives the same bytes on the CPU. Serialised as JSON beside the
/// pixels in every format that can hold it (HDF5 attribute `larmor_protocol`, a .json file beside the others).
struct Protocol {
    std::string method;            ///< "cg-sense"
    nlohmann::json parameters;     ///< every parameter of the method, by name
    std::string mask;              ///< mask text, "equispaced:R=4,acs=24,seed=1", a file's path, or empty: all acquired samples
    std::string maskHash;          ///< SHA-256 of the mask's bytes that were used
    double acquiredAcceleration = 1, extraAcceleration = 1, totalAcceleration = 1;
    std::string maps;              ///< path of given maps, or empty: estimated
    nlohmann::json mapParameters;  ///< of the ESPIRiT estimation
    CoilPreparation coils;         ///< what was done to the coils first; protocols written before it existed hold none
    std::string calibration, calibrationHash;  ///< k-space that maps were estimated from, where it is not the source; and its SHA-256
    std::string combination;       ///< how coils became one image: "rss", "mvue", "sense"
    std::string source, sourceFormat, sourceArray, sourceDims, sourceHash;  ///< hash: SHA-256 of the file
    bool simulatedSource = false;
    std::vector<std::int64_t> slices;  ///< flat slice indices, from 0
    std::int64_t places = 0;       ///< slices in space of a series: a flat index is frame * places + place. 0: each index is a place
    bool fullFov = false;
    std::int64_t reduction = 1;    ///< above 1: made from the central 1/reduction of k-space along both axes
    std::string device;            ///< "cpu", "cuda:0"
    std::int64_t threads = 0;      ///< CPU threads: sums are rounded in another order with another number
    std::string version;           ///< of Larmor
    std::int64_t seed = 0;
    std::optional<PriorUse> prior; ///< of methods that use a diffusion prior
    std::vector<SteeringChange> steering;  ///< what was changed on the way, on each slice; protocols written before it existed hold none
    std::optional<Tuning> tuned;   ///< where a parameter was chosen from held-out samples; `parameters` holds the value

    [[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json toJson() const;
    /// @throws InputError naming the field that is missing or wrong.
    [[nodiscard]] LARMOR_BASE_EXPORT static Protocol fromJson(const nlohmann::json& json);
};

/// One point of the convergence curve.
struct TracePoint {
    std::int64_t slice = 0, step = 0;
    double residual = 0;  ///< ||A x - y|| / ||y||
};

struct Reconstruction {
    ImageStack images;             ///< one slice for each of protocol.slices
    Protocol protocol;
    std::vector<SamplingMask> masks;  ///< one, or one a slice where they differ
    std::vector<TracePoint> trace;
    Ensemble ensemble;             ///< [slice, ...], empty unless several posterior samples were drawn
    double seconds = 0;            ///< wall time of the computation
    double samplerSeconds = 0, networkSeconds = 0;  ///< as in Posterior, over all slices; 0 without a prior
    bool stoppedEarly = false;     ///< true: the last estimate of a stopped run
};

}  // namespace larmor
