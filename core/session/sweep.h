#pragma once
// Many reconstructions of the same scans, scored against a reference: methods x priors x parameters x masks.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/metrics/metrics.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// A scan with what it is scored against.
struct SweepScan {
    std::string name;                  ///< as the table calls it
    AcquisitionPtr acquisition;
    std::vector<std::int64_t> slices;  ///< flat indices; empty: all
    std::string mapsFile;              ///< empty: estimated from the samples that each mask keeps
    std::string contrast;              ///< class of the priors, or none; empty: the file's own
    std::optional<RealArray> truth;    ///< [slice, readout, phase], one for each of `slices`; absent: a reference is made from all samples
};

/// Values of one parameter, as texts that ParamValues takes.
struct SweepAxis {
    std::string parameter;
    std::vector<std::string> values;
};

struct SweepMethod {
    std::string method;
    std::string prior;             ///< name or file, for methods that need one
    std::vector<SweepAxis> axes;   ///< every combination is a cell; parameters without an axis follow the prior's recommendation
};

struct SweepRequest {
    std::vector<SweepScan> scans;
    std::vector<MaskChoice> masks;
    std::vector<SweepMethod> methods;
    ParamValues mapParameters;         ///< of espiritParameters()
    metrics::Scale scale = metrics::Scale::None;
    std::string device = "cpu";
    std::int64_t seed = 1, threads = 0;
};

/// One slice, one mask, one method with one set of parameters.
struct SweepCell {
    std::string scan, contrast, mask, method, prior;
    std::int64_t slice = 0;
    double acceleration = 1;           ///< R of the mask as it was kept
    nlohmann::json varied;             ///< the values of the axes
    nlohmann::json parameters;         ///< all, as they were used
    metrics::SliceMetrics whole;       ///< over the whole image
    metrics::SliceMetrics object;      ///< over the pixels of objectRegion() only
    double seconds = 0;                ///< coil maps included
    std::string failure;               ///< why there are no numbers; empty: there are

    [[nodiscard]] nlohmann::json toJson() const;
    /// @throws InputError naming the field that is missing or wrong
    static SweepCell fromJson(const nlohmann::json& json);
    /// The same for cells of the same work: what a sweep that goes on need not do again.
    [[nodiscard]] std::string key() const;
};

/// Runs every cell, scan by scan. A cell that fails says why and the others go on.
/// @param done  cells that are there already, taken as they are @param onCell  called with each new cell as soon as it is there
/// @return all cells, the finished ones first. @throws UsageError, ParamError for what no cell could do; Cancelled
[[nodiscard]] std::vector<SweepCell> sweep(const SweepRequest& request, const RunControl& run, std::vector<SweepCell> done = {},
                                           const std::function<void(const SweepCell&)>& onCell = {});

/// What a sweep found for one contrast, mask and method: the values with the lowest NRMSE, averaged over scans and slices.
struct SweepBest {
    std::string contrast, mask, method, prior;
    nlohmann::json varied;
    double acceleration = 1;           ///< mean
    metrics::SliceMetrics whole, object;  ///< means
    double seconds = 0;
    std::int64_t cells = 0;            ///< that were averaged
    std::int64_t candidates = 0;       ///< sets of values it was the best of
};
/// Cells that failed do not count; values that failed anywhere are not chosen. In the order of the cells.
[[nodiscard]] std::vector<SweepBest> bestOf(const std::vector<SweepCell>& cells);
/// The same for cells that belong together in another way: those with equal `groupOf`. Contrast, mask and prior are those of a group's first.
[[nodiscard]] std::vector<SweepBest> bestOf(const std::vector<SweepCell>& cells,
                                            const std::function<std::vector<std::string>(const SweepCell&)>& groupOf);

/// Pixels that show the object, [readout, phase]: above a tenth of the 99.5th percentile after 5x5 averaging, holes filled.
/// @throws InputError where the image is zero
[[nodiscard]] ByteArray objectRegion(const RealArray& image);

/// A table of cells as JSON (`cells`, with `version` of the program), whole or not at all. @throws IoError
void writeSweep(const std::string& path, const std::vector<SweepCell>& cells);
/// The same as CSV, a line a cell. @throws IoError
void writeSweepCsv(const std::string& path, const std::vector<SweepCell>& cells);
/// @throws IoError, InputError
[[nodiscard]] std::vector<SweepCell> readSweep(const std::string& path);

}  // namespace larmor::session
