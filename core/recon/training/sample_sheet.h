#pragma once
#include <array>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/data/prior_card.h"
#include "core/base/run_control.h"

namespace larmor::recon::training {

struct SheetSettings {
    std::int64_t columns = 4;                    ///< samples a row
    std::array<std::int64_t, 2> size{128, 128};  ///< of a sample: readout, phase
    std::int64_t steps = 10;                     ///< 2 steps - 1 evaluations of the network a sample
    std::uint64_t seed = 1;
    std::string device = "cpu";
};

/// What stands in each row: every contrast of the prior that has a name, then "" for samples without a label.
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<std::string> sheetRows(const PriorCard& card);

/// Magnitudes of samples of a prior, one row a contrast, black at 0 and white at 1.2 of the 99th percentile of its images. The noise that a
/// sample begins with depends on seed, class and column alone, so that sheets of one training can be laid side by side.
/// @return [rows readout, columns phase] grey @throws Cancelled; IoError, InputError; Error for samples that are not finite
[[nodiscard]] LARMOR_RECON_EXPORT ByteArray sampleSheet(const std::string& weights, const SheetSettings& settings, const RunControl& run);

}  // namespace larmor::recon::training
