#include "core/session/series_places.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/base/data/series.h"

namespace larmor::session {

std::vector<SeriesPlace> placesOf(const PluginManifest& method, const AcquisitionHeader& header, const std::vector<std::int64_t>& slices) {
    if (frameCount(header) < 2)
        throw UsageError(fmt::format("The method '{}' reconstructs the frames of a series together; {} holds one image of each place.",
                                     method.id, header.provenance.path),
                         "Choose a method of single slices, such as l1-wavelet, or name the axis of time with --dims.");
    std::map<std::int64_t, SeriesPlace> places;  // by their first frame
    for (std::size_t i = 0; i < slices.size(); ++i) {
        auto frames = framesOfPlace(header, slices[i]);
        SeriesPlace& place = places[frames.front()];
        place.frames = std::move(frames);
        place.positions.push_back(static_cast<std::int64_t>(i));
    }
    std::vector<SeriesPlace> list;
    for (auto& [first, place] : places) list.push_back(std::move(place));
    return list;
}

std::vector<std::int64_t> withAllFrames(const PluginManifest& method, const AcquisitionHeader& header,
                                        const std::vector<std::int64_t>& slices) {
    std::vector<std::int64_t> all;
    for (const SeriesPlace& place : placesOf(method, header, slices)) all.insert(all.end(), place.frames.begin(), place.frames.end());
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<std::int64_t> middleFrames(const AcquisitionHeader& header, const std::vector<std::int64_t>& slices) {
    std::map<std::int64_t, std::int64_t> middle;  // by the first frame
    for (const auto slice : slices) {
        const auto frames = framesOfPlace(header, slice);
        middle[frames.front()] = frames[frames.size() / 2];
    }
    std::vector<std::int64_t> list;
    for (const auto& [first, frame] : middle) list.push_back(frame);
    return list;
}

SeriesSource readSeries(const SeriesPlace& place, const ReadMasked& read, const RunControl& run) {
    SeriesSource source;
    for (const auto frame : place.frames) {
        run.throwIfStopped();
        auto masked = read(frame);
        if (source.masks.empty()) {
            Shape shape = masked.kspace.shape();
            shape.insert(shape.begin(), static_cast<std::int64_t>(place.frames.size()));
            source.kspace = ComplexArray(std::move(shape));
        }
        const auto samples = masked.kspace.values();
        std::copy(samples.begin(), samples.end(), source.kspace.block(static_cast<std::int64_t>(source.masks.size())).begin());
        source.masks.push_back(std::move(masked.mask));
    }
    return source;
}

}  // namespace larmor::session
