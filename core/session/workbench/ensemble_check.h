#pragma once
// Whether posterior samples scatter as much as they err, against a reference.

#include <string>
#include <vector>

#include "core/base/metrics/calibration.h"
#include "core/base/metrics/metrics.h"
#include "core/base/run_control.h"

namespace larmor::session {

struct EnsembleCheck {
    std::vector<metrics::Coverage> coverage;     ///< at 10, 20 ... 90 %, inside the object
    metrics::Calibration within;                 ///< 1.64 deviations, inside the object
    std::vector<metrics::SliceMetrics> samples;  ///< each of them on its own
    std::string problem;                         ///< why it could not be made; the rest is empty then
};

/// Inside objectRegion() of the reference. Where images are scaled to the reference, all samples are scaled with their mean's factor.
/// @param samples [sample, readout, phase], at least two; @param reference [readout, phase]. @throws as metrics::coverage; Cancelled
[[nodiscard]] EnsembleCheck checkEnsemble(ComplexArray samples, const ComplexArray& reference, metrics::Scale scale, const RunControl& run);

/// "Narrow: 71 % of the object's pixels lie within the 90 % interval." What is more than 5 points off is called narrow or wide.
[[nodiscard]] std::string verdictOf(const EnsembleCheck& check);
/// "The samples scatter less than they err"
[[nodiscard]] std::string meaningOf(const EnsembleCheck& check);

}  // namespace larmor::session
