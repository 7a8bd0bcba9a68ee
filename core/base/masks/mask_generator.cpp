#include "core/base/masks/mask_generator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/base/masks/selection.h"

namespace larmor::masks {

namespace {
void checkSpec(const MaskSpec& spec) {
    if (!std::isfinite(spec.acceleration) || spec.acceleration < 1)
        throw UsageError(fmt::format("R = {} is no acceleration.", spec.acceleration), "Give R of 1 or more.");
    const auto isPart = [](double fraction) { return fraction >= 0.5 && fraction <= 1; };
    if (!isPart(spec.partialPhase) || !isPart(spec.partialReadout))
        throw UsageError("Partial Fourier acquires at least half of k-space.", "Give pf and pf_readout of 0.5 to 1.");
    if (spec.acs < 0 || spec.acsReadout.value_or(0) < 0) throw UsageError("The ACS cannot have a negative size.", "Give acs of 0 or more.");
}

std::int64_t acsRows(const MaskSpec& spec, std::int64_t readout) {
    return hasBlock(spec.kind) ? spec.acsReadout.value_or(spec.acs) : readout;
}

/// The first of `count` indices that partial Fourier keeps: the last ones are acquired.
std::int64_t firstOf(std::int64_t count, double fraction) {
    return count - std::llround(static_cast<double>(count) * fraction);
}

std::vector<std::uint8_t> allowedPlaces(std::int64_t rows, std::int64_t columns, std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> allowed(static_cast<std::size_t>(rows * columns));
    for (std::int64_t r = 0; r < rows; ++r) std::fill_n(allowed.begin() + r * columns + begin, end - begin, std::uint8_t{1});
    return allowed;
}

/// Leaves out what partial Fourier does not acquire of the columns from begin to end, and of the rows.
void cutPartial(std::vector<std::uint8_t>& places, std::int64_t columns, std::int64_t begin, std::int64_t end, const MaskSpec& spec) {
    const auto rows = static_cast<std::int64_t>(places.size()) / columns;
    const auto firstRow = rows > 1 ? firstOf(rows, spec.partialReadout) : 0;
    const auto firstColumn = begin + firstOf(end - begin, spec.partialPhase);
    for (std::int64_t r = 0; r < rows; ++r)
        std::fill_n(places.begin() + r * columns, r < firstRow ? columns : firstColumn, std::uint8_t{0});
}

/// Whole lines, but for the part of each that a partial echo leaves out.
SamplingMask maskOfLines(const std::vector<std::uint8_t>& columns, std::int64_t readout, const MaskSpec& spec) {
    const SamplingMask whole = SamplingMask::fromColumns(columns, readout, toText(spec));
    if (spec.partialReadout == 1) return whole;
    std::vector<std::uint8_t> samples(whole.samples().values().begin(), whole.samples().values().end());
    const auto left = firstOf(readout, spec.partialReadout) * whole.phase();
    std::fill_n(samples.begin(), left, std::uint8_t{0});
    return SamplingMask(ByteArray(whole.samples().shape(), std::move(samples)), toText(spec));
}

/// Columns that hold any sample.
std::vector<std::uint8_t> columnsWithSamples(const SamplingMask& mask) {
    std::vector<std::uint8_t> columns(static_cast<std::size_t>(mask.phase()));
    for (std::int64_t r = 0; r < mask.readout(); ++r) {
        const auto row = mask.samples().block(r);
        for (std::size_t c = 0; c < columns.size(); ++c) columns[c] |= row[c];
    }
    return columns;
}

std::pair<std::int64_t, std::int64_t> columnsOfBox(const std::vector<std::uint8_t>& columns) {
    const auto first = std::find(columns.begin(), columns.end(), 1);
    const auto last = std::find(columns.rbegin(), columns.rend(), 1);
    return {first - columns.begin(), columns.rend() - last};
}
}  // namespace

SamplingMask generate(const MaskSpec& spec, std::int64_t readout, std::int64_t phase, std::int64_t columnBegin, std::int64_t columnEnd,
                      std::int64_t frame) {
    checkSpec(spec);
    if (columnEnd < 0) columnEnd = phase;
    if (readout < 1 || phase < 1 || columnBegin < 0 || columnBegin >= columnEnd || columnEnd > phase || frame < 0)
        throw UsageError(
            fmt::format("A mask of {}x{} with acquired columns {} to {} makes no sense.", readout, phase, columnBegin, columnEnd));
    const bool lines = !hasBlock(spec.kind);
    const std::int64_t rows = lines ? 1 : readout;
    auto allowed = allowedPlaces(rows, phase, columnBegin, columnEnd);
    cutPartial(allowed, phase, columnBegin, columnEnd, spec);
    const Grid grid = makeGrid(rows, phase, std::move(allowed), lines ? 1 : acsRows(spec, readout), spec.acs);
    auto kept = select(grid, spec, frame);
    if (lines) return maskOfLines(kept, readout, spec);
    return SamplingMask(ByteArray({readout, phase}, std::move(kept)), toText(spec));
}

std::vector<SamplingMask> generateSeries(const MaskSpec& spec, std::int64_t readout, std::int64_t phase, std::int64_t frames) {
    std::vector<SamplingMask> masks;
    for (std::int64_t frame = 0; frame < frames; ++frame) masks.push_back(generate(spec, readout, phase, 0, -1, frame));
    return masks;
}

SamplingMask thin(const SamplingMask& acquired, const MaskSpec& spec, std::int64_t frame) {
    checkSpec(spec);
    if (acquired.empty() || acquired.keptCount() == 0)
        throw InputError("There are no acquired samples to thin.", "Choose a slice that holds data.");
    auto columns = columnsWithSamples(acquired);
    const auto [begin, end] = columnsOfBox(columns);
    // Lines that are counted or drawn by their place stay lines where the acquisition was cut to an ellipse or a part of the readout.
    const bool keepsLines = !hasBlock(spec.kind) && (acquired.isColumnwise() || !countsAcs(spec.kind));
    if (keepsLines || (hasBlock(spec.kind) && countsAcs(spec.kind) && acquired.isColumnwise())) {
        cutPartial(columns, acquired.phase(), begin, end, spec);
        const Grid lines = makeGrid(1, acquired.phase(), std::move(columns), 1, spec.acs);
        const SamplingMask kept = maskOfLines(select(lines, spec, frame), acquired.readout(), spec);
        return acquired.isColumnwise() ? kept : SamplingMask(intersect(kept, acquired).samples(), toText(spec));
    }
    std::vector<std::uint8_t> samples(acquired.samples().values().begin(), acquired.samples().values().end());
    cutPartial(samples, acquired.phase(), begin, end, spec);
    const Grid grid = makeGrid(acquired.readout(), acquired.phase(), std::move(samples), acsRows(spec, acquired.readout()), spec.acs);
    return SamplingMask(ByteArray(acquired.samples().shape(), select(grid, spec, frame)), toText(spec));
}

}  // namespace larmor::masks
