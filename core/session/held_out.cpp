#include "core/session/held_out.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/masks/mask_generator.h"
#include "core/base/rng.h"

namespace larmor::session {

namespace {

using Unit = std::vector<std::int64_t>;

/// Kept rows of a column, in order.
std::vector<std::int64_t> rowsOf(const SamplingMask& mask, std::int64_t column) {
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < mask.readout(); ++row)
        if (mask.samples()(row, column)) rows.push_back(row);
    return rows;
}

/// Every line in one piece: cut corners and partial echoes are, a Poisson disc is not.
bool isOfLines(const SamplingMask& mask) {
    for (std::int64_t column = 0; column < mask.phase(); ++column) {
        const auto rows = rowsOf(mask, column);
        if (!rows.empty() && rows.back() - rows.front() + 1 != static_cast<std::int64_t>(rows.size())) return false;
    }
    return true;
}

std::vector<Unit> linesOutside(const SamplingMask& mask) {
    std::vector<Unit> lines;
    for (std::int64_t column = 0; column < mask.phase(); ++column) {
        Unit line = rowsOf(mask, column);
        for (auto& row : line) row = row * mask.phase() + column;
        lines.push_back(std::move(line));
    }
    const std::int64_t centre = mask.phase() / 2;
    const auto clear = [&](std::int64_t from, std::int64_t step) {
        for (auto column = from; column >= 0 && column < mask.phase() && !lines[static_cast<std::size_t>(column)].empty(); column += step)
            lines[static_cast<std::size_t>(column)].clear();
    };
    if (centre < mask.phase() && !lines[static_cast<std::size_t>(centre)].empty()) {
        clear(centre, 1);
        clear(centre - 1, -1);
    }
    std::erase_if(lines, [](const Unit& line) { return line.empty(); });
    return lines;
}

std::vector<Unit> samplesOutside(const SamplingMask& mask) {
    const auto block = masks::calibrationBlock(mask);
    const auto row0 = mask.readout() / 2 - block.readout / 2, column0 = mask.phase() / 2 - block.phase / 2;
    std::vector<Unit> samples;
    for (std::int64_t row = 0; row < mask.readout(); ++row)
        for (std::int64_t column = 0; column < mask.phase(); ++column) {
            const bool inside = row >= row0 && row < row0 + block.readout && column >= column0 && column < column0 + block.phase;
            if (mask.samples()(row, column) && !inside) samples.push_back({row * mask.phase() + column});
        }
    return samples;
}

/// Of lines along phase encode alone; 1 at the middle of each edge.
double distanceOf(const Unit& unit, const SamplingMask& mask, bool lines) {
    const auto part = [](std::int64_t at, std::int64_t length) {
        return static_cast<double>(at - length / 2) / (static_cast<double>(length) / 2);
    };
    const double across = part(unit.front() % mask.phase(), mask.phase());
    return lines ? std::abs(across) : std::hypot(across, part(unit.front() / mask.phase(), mask.readout()));
}

void shuffle(std::vector<std::size_t>& values, NoiseSource& random) {
    for (std::size_t i = values.size(); i > 1; --i)
        std::swap(values[i - 1], values[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
}

SamplingMask without(const SamplingMask& mask, const std::vector<Unit>& units) {
    ByteArray samples = mask.samples();
    for (const auto& unit : units)
        for (const auto place : unit) samples[place] = 0;
    return {std::move(samples), mask.description()};
}

}  // namespace

HoldOutPlan holdOut(const SamplingMask& mask, const HoldOutOptions& options) {
    if (!(options.share > 0 && options.share <= 0.5))
        throw ParamError("share", fmt::format("{} of the samples cannot be held out", options.share), "It lies above 0 and up to 0.5.");
    if (options.folds < 1) throw ParamError("folds", "there must be at least one");
    HoldOutPlan plan;
    plan.lines = isOfLines(mask);
    auto units = plan.lines ? linesOutside(mask) : samplesOutside(mask);
    plan.outside = static_cast<std::int64_t>(units.size());
    if (units.empty())
        throw InputError("No sample outside the fully sampled centre of k-space can be held out.",
                         "A parameter is tuned on undersampled data: choose a mask, or set the parameter.");
    std::stable_sort(units.begin(), units.end(),
                     [&](const Unit& a, const Unit& b) { return distanceOf(a, mask, plan.lines) < distanceOf(b, mask, plan.lines); });
    const auto strata = std::max<std::int64_t>(kFewestHeldOut, std::llround(options.share * static_cast<double>(plan.outside)));
    if (2 * strata > plan.outside) return plan;
    plan.folds.resize(static_cast<std::size_t>(std::min(options.folds, plan.outside / strata)));
    NoiseSource random(static_cast<std::uint64_t>(options.seed));
    for (std::int64_t s = 0; s < strata; ++s) {
        std::vector<std::size_t> members;
        for (auto i = s * plan.outside / strata; i < (s + 1) * plan.outside / strata; ++i) members.push_back(static_cast<std::size_t>(i));
        shuffle(members, random);
        for (std::size_t f = 0; f < plan.folds.size(); ++f) plan.folds[f].units.push_back(units[members[f]]);
    }
    for (auto& fold : plan.folds) fold.kept = without(mask, fold.units);
    return plan;
}

std::vector<UnitError> predictionErrors(const ComplexArray& predicted, const ComplexArray& measured, const HeldOut& fold) {
    checkShape(measured.shape(), {-1, fold.kept.readout(), fold.kept.phase()}, "measured k-space");
    checkShape(predicted.shape(), measured.shape(), "predicted k-space");
    std::vector<UnitError> errors(fold.units.size());
    for (std::int64_t coil = 0; coil < measured.extent(0); ++coil) {
        const auto guess = predicted.block(coil), truth = measured.block(coil);
        for (std::size_t u = 0; u < errors.size(); ++u)
            for (const auto place : fold.units[u]) {
                const auto at = static_cast<std::size_t>(place);
                errors[u].error += std::norm(std::complex<double>(guess[at]) - std::complex<double>(truth[at]));
                errors[u].energy += std::norm(std::complex<double>(truth[at]));
            }
    }
    return errors;
}

}  // namespace larmor::session
