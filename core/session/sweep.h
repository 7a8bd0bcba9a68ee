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
    std::string calibrationFile;       ///< k-space of a scan that maps are estimated from instead; empty: none
    std::string contrast;              ///< class of the priors, or none; empty: the file's own
    std::optional<RealArray> truth;    ///< [slice, readout, phase], one for each of `slices`; absent: a reference is made from all samples
    std::string origin;                ///< what else decides its samples, such as coils and noise of a simulation; empty: the file alone
};

/// Values of one parameter, as texts that ParamValues takes.
struct SweepAxis {
    std::string parameter;
    std::vector<std::string> values;

    [[nodiscard]] nlohmann::json toJson() const { return {{"parameter", parameter}, {"values", values}}; }
    /// @throws nlohmann's exceptions
    [[nodiscard]] static SweepAxis fromJson(const nlohmann::json& source) { return {source.at("parameter"), source.at("values")}; }
};

struct SweepMethod {
    std::string method;
    std::string prior;             ///< name or file, for methods that need one
    std::vector<SweepAxis> axes;   ///< every combination is a cell, the last axis the fastest
    /// Of the parameters without an axis: those that differ from the method's defaults hold, the others follow the prior's recommendation.
    /// nullopt: the defaults.
    std::optional<ParamValues> values = std::nullopt;
};

struct SweepRequest {
    std::vector<SweepScan> scans;
    std::vector<MaskChoice> masks;
    std::vector<SweepMethod> methods;
    ParamValues mapParameters;         ///< of espiritParameters()
    CoilPreparation coils;             ///< of every cell; references are whitened alike, and keep all coils
    metrics::Scale scale = metrics::Scale::None;
    Combination reference = Combination::Rss;  ///< how all samples become what scans without a truth are scored against
    bool recommended = true;           ///< false: parameters without an axis keep the method's defaults, whatever the priors recommend
    std::string device = "cpu";
    std::int64_t seed = 1, threads = 0;
    std::int64_t reduction = 1;  ///< above 1: a quick look, as in ReconstructionRequest; references and truths are reduced alike
    /// Cells at a time on the CPU, which share the threads; 0: as many as threads and memory allow. The table, its order and, with as many
    /// threads for each cell, the bytes of the images are those of one after the other.
    std::int64_t jobs = 1;
    bool hashSource = false;  ///< the protocols of what was made name their source by its SHA-256

    /// All that decides a cell's numbers beside what the cell says of itself: seed, scale, size, maps, how each scan was made.
    [[nodiscard]] nlohmann::json settings() const;
};

/// One slice, one mask, one method with one set of parameters.
struct SweepCell {
    std::string scan, contrast, mask, method, prior;
    std::int64_t slice = 0;
    double acceleration = 1;           ///< R of the mask as it was kept
    bool keepsCentre = true;           ///< masks::keepsCentre of it; in older tables by the ACS of the mask's text
    Matrix size;                       ///< of the image; zeros in tables that were written before it was told
    nlohmann::json varied;             ///< the values of the axes
    nlohmann::json parameters;         ///< all, as they were used
    metrics::SliceMetrics whole;       ///< over the whole image
    metrics::SliceMetrics object;      ///< over the pixels of objectRegion() only
    double seconds = 0;                ///< wall time, coil maps included, also where other cells use them too
    std::string failure;               ///< why there are no numbers; empty: there are

    [[nodiscard]] nlohmann::json toJson() const;
    /// @throws InputError naming the field that is missing or wrong
    static SweepCell fromJson(const nlohmann::json& json);
    /// The same for cells of the same work: what a sweep that goes on need not do again.
    [[nodiscard]] std::string key() const;
};

/// What a sweep leaves.
struct SweepTable {
    nlohmann::json settings;  ///< SweepRequest::settings()
    std::vector<SweepCell> cells;

    /// 1: full size. See SweepRequest::reduction.
    [[nodiscard]] std::int64_t reduction() const;
};

/// A cell that was just made, with what was scored: one slice.
struct SweepMade {
    const SweepCell& cell;
    const ReconstructionRequest& request;
    const Reconstruction& result;
};

/// How many cells run at a time where a request leaves it open, or does not; 1 on other devices than the CPU unless it asks for more.
/// @param cells  that are left to be made
[[nodiscard]] std::int64_t cellsAtATime(const SweepRequest& request, std::int64_t cells);

/// @throws UsageError, InputError for what no cell of a scan could do: maps beside a calibration scan, and at the size that is asked for maps
/// of a file and matrices that get too small
void checkScans(const SweepRequest& request);

/// Runs every cell, scan by scan; in each slice mask by mask, then method by method. A cell that fails says why and the others go on.
/// Cells of the same scan, slice and mask share their coil maps, those of a slice the reference. Both calls come in the order of the cells,
/// one at a time, from any of the threads that work on cells.
/// @param done  a table to go on with: its cells are taken as they are, but for those that failed, which are tried again
/// @param onCell  called with the table so far as soon as a new cell, the last one, is there
/// @param onMade  called before that, unless the cell failed
/// @return all cells, the finished ones first. @throws UsageError, ParamError for what no cell could do, and for a table that was made with
/// other settings; Cancelled
[[nodiscard]] SweepTable sweep(const SweepRequest& request, const RunControl& run, SweepTable done = {},
                               const std::function<void(const SweepTable&)>& onCell = {},
                               const std::function<void(const SweepMade&)>& onMade = {});

/// What a sweep found for one contrast, mask and method: the values with the lowest NRMSE, averaged over scans and slices.
struct SweepBest {
    std::string contrast, mask, method, prior;
    nlohmann::json varied;
    double acceleration = 1;           ///< mean
    bool keepsCentre = true;           ///< of the first cell
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

/// R that a mask's text asks for; where there is none, the measured one to a tenth.
[[nodiscard]] double nominalR(const std::string& mask, double acceleration);
/// The values of the axes as a person reads them: "lambda=0.1 steps=10".
[[nodiscard]] std::string variedText(const nlohmann::json& varied);

/// A table as JSON (`cells`, `settings`, `version` of the program), whole or not at all. @throws IoError
void writeSweep(const std::string& path, const SweepTable& table);
/// The same as CSV, a line a cell. @throws IoError
void writeSweepCsv(const std::string& path, const SweepTable& table);
/// @throws IoError, InputError
[[nodiscard]] SweepTable readSweep(const std::string& path);

}  // namespace larmor::session
