#pragma once
// Lines that motion corrupted and samples that are spikes, found by what the other samples say of them.

#include <string>
#include <vector>

#include "core/session/reconstruct.h"

namespace larmor::session {

/// A line along readout against what a SENSE reconstruction without it predicts.
struct LineScore {
    std::int64_t line = 0;
    double score = 0;     ///< length of its error over the typical one of the lines at its distance from the centre
    double relative = 0;  ///< length of its error over its own
    bool bad = false;
};

struct Spike {
    std::int64_t readout = 0, line = 0;
    double score = 0;  ///< its error over the typical one of the samples beside it on its line
};

struct LineCheck {
    std::vector<LineScore> lines;  ///< all that the mask keeps, in order
    std::vector<Spike> spikes;     ///< in order of lines
    [[nodiscard]] std::vector<std::int64_t> badLines() const;
};

/// Lines are left out in six turns and predicted from the others by CG-SENSE with maps of all samples. A line is bad where its error is
/// more than twice that of its neighbours in distance from the centre, and more than a fifth of itself. The worst of neighbouring lines
/// leaves first, for it spoils what is predicted of the others, and all are judged anew. Bad lines come back where they fit the good ones.
/// Motion that lasts longer than half of the lines, or that smears lines evenly, does not show; at the rim of long bursts good
/// lines may count as bad.
/// @throws InputError where the samples do not lie in lines or coil maps cannot be estimated; Cancelled
[[nodiscard]] LineCheck checkLines(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& mask, const RunControl& run);

/// The mask without those lines and samples. @throws UsageError where nothing would be left
[[nodiscard]] SamplingMask without(const SamplingMask& mask, const std::vector<std::int64_t>& lines, const std::vector<Spike>& spikes);

/// What a request leaves out, and the request that does: its masks become edited ones, which the result holds.
struct LinesLeftOut {
    ReconstructionRequest request;
    std::vector<std::string> notes;  ///< a sentence a slice that loses something
};
/// @param text  "auto" (checkLines on each slice), or lines such as "12,57" or "3-5", counted from 0 @throws UsageError, InputError,
/// Cancelled
[[nodiscard]] LinesLeftOut withoutLines(ReconstructionRequest request, const std::string& text, const RunControl& run);

}  // namespace larmor::session
