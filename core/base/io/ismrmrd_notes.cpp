#include "core/base/io/ismrmrd_notes.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace larmor::io {
namespace {

using Image = std::vector<PlacedLine>;

/// Column, first row and past-the-last row of what was measured, each once.
using Pattern = std::set<std::array<std::int64_t, 3>>;

Pattern patternOf(const IsmrmrdLayout& layout, const Image& image) {
    Pattern pattern;
    for (const PlacedLine& placed : image) pattern.insert({placed.column, placed.row, placed.row + keptSamples(layout.lines[placed.line])});
    return pattern;
}

std::size_t columnsOf(const Image& image) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < image.size(); ++i) count += i == 0 || image[i].column != image[i - 1].column;
    return count;
}

/// One mask for all images where all were sampled alike and not in full; a 3D scan tells it by its samples.
void readMask(const IsmrmrdLayout& layout, AcquisitionHeader& header) {
    if (header.encoded.partition > 1) return;
    const Pattern pattern = patternOf(layout, layout.images.front());
    for (const Image& image : layout.images)
        if (patternOf(layout, image) != pattern) return;
    ByteArray samples({header.encoded.readout, header.encoded.phase});
    for (const auto& [column, begin, end] : pattern)
        for (std::int64_t row = begin; row < end; ++row) samples(row, column) = 1;
    SamplingMask mask(std::move(samples), "lines of the file");
    if (!mask.keepsAll()) header.acquiredMask = std::move(mask);
}

void readLimits(const IsmrmrdLayout& layout, const IsmrmrdEncoding& encoding, AcquisitionHeader& header) {
    const std::int64_t columns = header.encoded.phase;
    std::int64_t first = columns, last = -1;
    for (const Image& image : layout.images) {
        if (image.empty()) continue;
        first = std::min(first, image.front().column);
        last = std::max(last, image.back().column);
    }
    header.phaseBegin = 0;
    header.phaseEnd = columns;
    auto& notes = header.provenance.notes;
    if (encoding.phaseCentre && encoding.phaseMaximum) {
        const std::int64_t shift = columns / 2 - *encoding.phaseCentre;
        const std::int64_t begin = shift + encoding.phaseMinimum.value_or(0), end = shift + *encoding.phaseMaximum + 1;
        if (begin >= 0 && end <= columns && begin <= first && last < end) {
            header.phaseBegin = begin;
            header.phaseEnd = end;
        }
    }
    const std::int64_t left = header.phaseBegin, right = columns - header.phaseEnd;
    if (std::abs(left - right) > 1)
        notes.push_back(
            fmt::format("partial Fourier along phase encode: {} of {} columns were to be acquired, {} before and {} behind them are zero",
                        columns - left - right, columns, left, right));
    const auto holes = last - first + 1;
    const auto fullest = std::max_element(layout.images.begin(), layout.images.end(),
                                          [](const Image& a, const Image& b) { return columnsOf(a) < columnsOf(b); });
    const auto missing = holes - static_cast<std::int64_t>(columnsOf(*fullest));
    if (missing > 0 && missing * 33 <= holes)
        notes.push_back(fmt::format("{} lines between the first and the last are missing and zero", missing));
}

void tellUneven(const IsmrmrdLayout& layout, AcquisitionHeader& header) {
    std::size_t most = 0, fewer = 0, none = 0;
    for (const Image& image : layout.images) most = std::max(most, columnsOf(image));
    for (const Image& image : layout.images) {
        const std::size_t columns = columnsOf(image);
        none += columns == 0;
        fewer += columns > 0 && columns < most;
    }
    const bool is3d = header.encoded.partition > 1;
    if (none > 0)
        header.provenance.notes.push_back(
            fmt::format("{} of {} {} hold no line and are zero", none, layout.images.size(), is3d ? "partition planes" : "images"));
    if (fewer > 0 && !is3d)
        header.provenance.notes.push_back(
            fmt::format("{} of {} images hold fewer lines than the fullest with {}", fewer, layout.images.size(), most));
}

void tellRepeated(const IsmrmrdLayout& layout, AcquisitionHeader& header) {
    std::int64_t twice = 0, reversed = 0, moved = 0, late = 0;
    std::set<std::uint16_t> averages;
    for (const Image& image : layout.images) {
        std::set<std::pair<std::int64_t, std::uint16_t>> seen;
        for (const PlacedLine& placed : image) {
            const IsmrmrdLine& line = layout.lines[placed.line];
            averages.insert(line.average);
            if (!seen.insert({placed.column, line.average}).second) ++twice;
            const bool isReversed = line.has(IsmrmrdFlag::Reversed);
            reversed += isReversed;
            late = std::max(late, placed.row);
            const auto kept = keptSamples(line);
            moved += kept == header.encoded.readout && !isReversed && line.centre - line.discardPre != kept / 2;
        }
    }
    auto& notes = header.provenance.notes;
    auto& dropped = header.provenance.dropped;
    if (averages.size() > 1) {
        dropped.push_back(fmt::format("{} averages one by one: their mean is carried", averages.size()));
        notes.push_back(fmt::format("{} averages: summed and divided by their number, line by line", averages.size()));
    }
    if (twice > 0) {
        dropped.push_back(fmt::format("{} repeated lines one by one: their means are carried", twice));
        notes.push_back(fmt::format("{} lines were measured again under the same counters: averaged", twice));
    }
    if (reversed > 0) notes.push_back(fmt::format("{} reversed lines are flipped", reversed));
    if (moved > 0)
        notes.push_back(fmt::format("{} lines of the full length name another centre than their middle: taken as they are", moved));
    if (late > 0)
        notes.push_back(
            fmt::format("asymmetric echo: the first {} of {} readout samples are zero in some lines", late, header.encoded.readout));
}

}  // namespace

void describeSampling(const IsmrmrdLayout& layout, const IsmrmrdEncoding& encoding, AcquisitionHeader& header) {
    readLimits(layout, encoding, header);
    readMask(layout, header);
    tellUneven(layout, header);
    tellRepeated(layout, header);
    auto& notes = header.provenance.notes;
    std::size_t calibrating = 0;
    for (const Image& image : layout.calibration) calibrating += image.size();
    if (calibrating > 0) notes.push_back(fmt::format("{} lines belong to a calibration scan for coil maps", calibrating));
    if (!layout.noise.empty()) notes.push_back(fmt::format("{} lines hold noise alone", layout.noise.size()));
    header.provenance.dropped.emplace_back("time stamps, dwell times, table positions and user values of the lines, and user parameters of the header");
}

}  // namespace larmor::io
