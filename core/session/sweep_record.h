#pragma once
// How a sweep was made, for the picture or the project that brings it back: files by name and content, never by place.

#include <stop_token>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/session/sweep.h"

namespace larmor::session {

struct SweepRecord {
    struct Scan {
        std::string name;                       ///< SweepScan::name
        std::string file;                       ///< without its folder; empty: the scan was no file, such as a simulated one
        std::int64_t bytes = -1;
        std::string hash;                       ///< SHA-256 of the file
        std::string format, array, dims;        ///< how it was understood
        std::string contrast, origin;           ///< as in SweepScan
        std::string maps, calibration;          ///< its files, without their folders
        std::vector<std::int64_t> slices;       ///< flat indices
    };
    struct Method {
        std::string method;
        std::string prior, priorHash;           ///< as its card says, and the SHA-256 of its weights; empty: none
        std::vector<SweepAxis> axes;
        nlohmann::json values;                  ///< of all parameters, before the axes
    };
    std::vector<Scan> scans;
    std::vector<std::string> masks;             ///< MaskChoice::toText(), files without their folders
    std::vector<Method> methods;
    nlohmann::json settings;                    ///< SweepRequest::settings() but for the scans
    std::string version;                        ///< of Larmor

    /// With the cells: their values, metrics and masks. Why a cell failed stays out, for it may name places.
    [[nodiscard]] nlohmann::json toJson(const std::vector<SweepCell>& cells) const;
    /// @throws InputError naming what is missing or wrong, or the format where it is another one
    [[nodiscard]] static SweepRecord fromJson(const nlohmann::json& source);
};

/// Of a sweep that was asked for; sources are hashed. @throws UsageError, IoError, Cancelled
[[nodiscard]] SweepRecord recordOf(const SweepRequest& request, const std::stop_token& stop = {});

/// A prior's name as it is; "/data/priors/brain.safetensors" as "brain".
[[nodiscard]] std::string priorWithoutFolder(const std::string& nameOrFile);
/// "equispaced:R=4" as it is; "/data/mask.h5:one" as "mask.h5:one".
[[nodiscard]] std::string withoutFolder(const std::string& maskText);

}  // namespace larmor::session
