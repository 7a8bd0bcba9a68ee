#pragma once
// The slices of a request as series: what a method that needs all frames of a place is asked for.

#include <vector>

#include "core/session/time_mean.h"

namespace larmor::session {

/// One place of the scan.
struct SeriesPlace {
    std::vector<std::int64_t> frames;     ///< flat slice indices of all its frames
    std::vector<std::int64_t> positions;  ///< places among the slices asked for that belong to it
};

/// The places that the slices belong to. @throws UsageError where the scan has no frames
[[nodiscard]] std::vector<SeriesPlace> placesOf(const PluginManifest& method, const AcquisitionHeader& header,
                                                const std::vector<std::int64_t>& slices);

/// All frames of the places of these slices, in ascending order. @throws as placesOf
[[nodiscard]] std::vector<std::int64_t> withAllFrames(const PluginManifest& method, const AcquisitionHeader& header,
                                                      const std::vector<std::int64_t>& slices);

/// The frame in the middle of each place of these slices, in ascending order of the places: the one that previews show.
[[nodiscard]] std::vector<std::int64_t> middleFrames(const AcquisitionHeader& header, const std::vector<std::int64_t>& slices);

/// K-space and masks of all frames of a place.
struct SeriesSource {
    ComplexArray kspace;              ///< [frame, coil, readout, phase]
    std::vector<ResolvedMask> masks;  ///< one a frame
};
[[nodiscard]] SeriesSource readSeries(const SeriesPlace& place, const ReadMasked& read, const RunControl& run);

}  // namespace larmor::session
