#pragma once
// Image files against a reference: which slice belongs to which, and the numbers.

#include <optional>
#include <string>
#include <vector>

#include "core/base/io/load.h"
#include "core/base/metrics/metrics.h"
#include "core/base/run_control.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

struct ComparisonRequest {
    std::string reference;                 ///< an image, or k-space, from which the reference is made
    io::LoadOptions referenceOptions;      ///< for k-space
    std::optional<Combination> how;        ///< for k-space
    std::optional<Whitening> whitening = std::nullopt;  ///< of k-space; nullopt: as the protocol of each image says
    std::vector<std::string> images;
    metrics::MetricProtocol protocol = metrics::MetricProtocol::Slice;
    metrics::Scale scale = metrics::Scale::None;
    std::string region;                    ///< file with pixels that count; empty: all
};

struct ComparisonRow {
    std::string file, reference;  ///< reference: its name, "RSS of all samples" or the file
    metrics::SliceMetrics numbers;  ///< `slice` is the number in the acquisition where it is known
    bool simulated = false;           ///< the image or the reference
    bool referenceSimulated = false;
};

/// One row a file and slice. Slices are matched by the numbers in the image's protocol where the reference holds more than the image.
/// @throws InputError naming both shapes where the matrices differ, or both counts where slices cannot be matched.
[[nodiscard]] std::vector<ComparisonRow> compareFiles(const ComparisonRequest& request, const RunControl& run);

/// Places in the reference for each slice of an image. Empty lists of numbers: not known.
[[nodiscard]] std::vector<std::int64_t> matchSlices(std::int64_t referenceCount, const std::vector<std::int64_t>& referenceNumbers, std::int64_t imageCount,
                                                    const std::vector<std::int64_t>& imageNumbers, const std::string& imageName);

}  // namespace larmor::session
