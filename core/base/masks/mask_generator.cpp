#include "core/base/masks/mask_generator.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/masks/selection.h"

namespace larmor::masks {

namespace {
void checkSpec(const MaskSpec& spec) {
    if (!std::isfinite(spec.acceleration) || spec.acceleration < 1)
        throw UsageError(fmt::format("R = {} is no acceleration.", spec.acceleration), "Give R of 1 or more.");
    if (spec.acs < 0 || spec.acsReadout.value_or(0) < 0) throw UsageError("The ACS cannot have a negative size.", "Give acs of 0 or more.");
}

std::int64_t acsRows(const MaskSpec& spec, std::int64_t readout) {
    return spec.kind == Kind::Poisson ? spec.acsReadout.value_or(spec.acs) : readout;
}

std::vector<std::uint8_t> allowedPlaces(std::int64_t rows, std::int64_t columns, std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> allowed(static_cast<std::size_t>(rows * columns));
    for (std::int64_t r = 0; r < rows; ++r) std::fill_n(allowed.begin() + r * columns + begin, end - begin, std::uint8_t{1});
    return allowed;
}

/// The samples of the first row: all that matters of a columnwise mask.
std::vector<std::uint8_t> columnsOf(const SamplingMask& mask) {
    const auto row = mask.samples().block(0);
    return {row.begin(), row.end()};
}
}  // namespace

SamplingMask generate(const MaskSpec& spec, std::int64_t readout, std::int64_t phase, std::int64_t columnBegin, std::int64_t columnEnd) {
    checkSpec(spec);
    if (columnEnd < 0) columnEnd = phase;
    if (readout < 1 || phase < 1 || columnBegin < 0 || columnBegin >= columnEnd || columnEnd > phase)
        throw UsageError(
            fmt::format("A mask of {}x{} with acquired columns {} to {} makes no sense.", readout, phase, columnBegin, columnEnd));
    const bool lines = spec.kind != Kind::Poisson;
    const std::int64_t rows = lines ? 1 : readout;
    const Grid grid =
        makeGrid(rows, phase, allowedPlaces(rows, phase, columnBegin, columnEnd), lines ? 1 : acsRows(spec, readout), spec.acs);
    auto kept = select(grid, spec);
    if (lines) return SamplingMask::fromColumns(kept, readout, toText(spec));
    return SamplingMask(ByteArray({readout, phase}, std::move(kept)), toText(spec));
}

SamplingMask thin(const SamplingMask& acquired, const MaskSpec& spec) {
    checkSpec(spec);
    if (acquired.empty() || acquired.keptCount() == 0)
        throw InputError("There are no acquired samples to thin.", "Choose a slice that holds data.");
    if (acquired.isColumnwise()) {
        const Grid lines = makeGrid(1, acquired.phase(), columnsOf(acquired), 1, spec.acs);
        return SamplingMask::fromColumns(select(lines, spec), acquired.readout(), toText(spec));
    }
    const auto samples = acquired.samples().values();
    const Grid grid =
        makeGrid(acquired.readout(), acquired.phase(), {samples.begin(), samples.end()}, acsRows(spec, acquired.readout()), spec.acs);
    return SamplingMask(ByteArray(acquired.samples().shape(), select(grid, spec)), toText(spec));
}

}  // namespace larmor::masks
