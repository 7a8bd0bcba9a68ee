#pragma once
// Results of a session with their metrics. Deleting moves a result to a bin, so that it can be taken back.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/session/workbench/slice_store.h"

namespace larmor::session {

using ResultId = std::int64_t;
using ReconstructionPtr = std::shared_ptr<const Reconstruction>;

struct ResultEntry {
    ResultId id = 0;
    std::string method;        ///< "CG-SENSE"
    std::string parameters;    ///< "iterations 30, lambda 0.01"
    ReconstructionPtr result;  ///< all but its pixels: `images` holds those, and nothing holds them twice
    AcquisitionPtr acquisition;
    std::map<std::int64_t, ImagePtr> images;                    ///< by flat slice index
    std::map<std::int64_t, metrics::SliceMetrics> metrics;      ///< by flat slice index
    std::optional<metrics::SliceMetrics> mean;                  ///< over the slices, once all are known
    std::string reference;    ///< what the metrics compare with
    std::string metricsProblem;
    bool deleted = false;

    /// The result with its pixels in one stack, as files hold it.
    [[nodiscard]] Reconstruction whole() const;
    [[nodiscard]] std::string maskText() const;    ///< "equispaced R 4.03", "all samples"
    [[nodiscard]] std::string slicesText() const;  ///< "slice 12", "slices 1-20", counted from 1
};

class ResultList {
public:
    ResultId add(std::string method, ReconstructionPtr result, AcquisitionPtr acquisition);
    [[nodiscard]] const ResultEntry* entry(ResultId id) const;
    /// All that are not in the bin, newest last.
    [[nodiscard]] std::vector<const ResultEntry*> visible() const;
    /// The first visible one whose metrics are not there yet, or null.
    [[nodiscard]] const ResultEntry* firstWithoutMetrics() const;
    void setMetrics(ResultId id, std::map<std::int64_t, metrics::SliceMetrics> values, std::string reference, std::string problem);
    void forgetMetrics();
    void remove(ResultId id);
    /// Takes back what was deleted last; 0 if the bin is empty.
    ResultId undoRemove();
    [[nodiscard]] bool canUndo() const { return !m_bin.empty(); }

private:
    ResultEntry* find(ResultId id);
    std::vector<std::unique_ptr<ResultEntry>> m_entries;
    std::vector<ResultId> m_bin;
    ResultId m_lastId = 0;
};

/// "equispaced", "file mask.npy" or "all samples": the part of a protocol's mask text that fits a corner.
[[nodiscard]] std::string maskName(const std::string& protocolMask);
/// "stopped at step 12" of a result that is the last estimate of a stopped run; empty: it came to its end.
[[nodiscard]] std::string stoppedText(const Reconstruction& result);
/// What was steered, then the values at the start: "zeta 10 from step 15, steps 40, zeta 5"
[[nodiscard]] std::string parameterText(const Protocol& protocol);
/// Flat indices from 0 as people read them: "slice 12", "slices 1-20", "slices 1, 5-7".
[[nodiscard]] std::string sliceListText(const std::vector<std::int64_t>& slices);

/// What a run is called in the queue: method, mask and slices. @param acceleration  0: not known yet
[[nodiscard]] std::string runName(const ReconstructionRequest& request, double acceleration = 0);

}  // namespace larmor::session
