#include "core/recon/coils/calibration_region.h"

#include <algorithm>
#include <cstdlib>

#include <ATen/ATen.h>

#include "core/base/masks/mask_generator.h"

namespace larmor::recon {

namespace {
/// For each row of the mask: are all of the columns kept?
std::vector<bool> fullRows(const SamplingMask& mask, std::int64_t column, std::int64_t columns) {
    std::vector<bool> full(static_cast<std::size_t>(mask.readout()));
    for (std::int64_t row = 0; row < mask.readout(); ++row) {
        const auto line = mask.samples().block(row).subspan(static_cast<std::size_t>(column), static_cast<std::size_t>(columns));
        full[static_cast<std::size_t>(row)] = std::all_of(line.begin(), line.end(), [](std::uint8_t kept) { return kept != 0; });
    }
    return full;
}

std::vector<double> rowEnergies(const at::Tensor& kspace, std::int64_t column, std::int64_t columns) {
    const at::Tensor part = kspace.narrow(2, column, columns).contiguous();
    const at::Tensor energy = at::view_as_real(part).square().sum({0, 2, 3}, false, at::kDouble).cpu();
    const double* values = energy.const_data_ptr<double>();
    return {values, values + energy.numel()};
}

/// Start of the window of fully sampled rows with the largest energy; the one nearest to the middle where several are equal.
std::optional<std::int64_t> bestStart(const std::vector<bool>& full, const std::vector<double>& energy, std::int64_t rows) {
    const auto total = static_cast<std::int64_t>(full.size());
    const std::int64_t middle = total / 2 - rows / 2;
    std::optional<std::int64_t> best;
    double most = -1;
    for (std::int64_t start = 0; start + rows <= total; ++start) {
        if (!std::all_of(full.begin() + start, full.begin() + start + rows, [](bool kept) { return kept; })) continue;
        double sum = 0;
        for (std::int64_t row = start; row < start + rows; ++row) sum += energy[static_cast<std::size_t>(row)];
        const bool nearer = best && std::abs(start - middle) < std::abs(*best - middle);
        if (sum > most || (sum == most && nearer)) {
            most = sum;
            best = start;
        }
    }
    return best;
}
}  // namespace

std::optional<CalibrationRegion> calibrationRegion(const at::Tensor& kspace, const SamplingMask& mask, std::int64_t size) {
    checkShape(kspace.sizes().vec(), {-1, mask.readout(), mask.phase()}, "k-space");
    const auto block = masks::calibrationBlock(mask);
    const std::int64_t rows = std::min(block.readout, size), columns = std::min(block.phase, size);
    if (rows < 1 || columns < 1) return std::nullopt;
    // An odd block in an even matrix may lie on either side of the middle.
    for (const std::int64_t column : {mask.phase() / 2 - columns / 2, (mask.phase() - columns) / 2})
        if (const auto row = bestStart(fullRows(mask, column, columns), rowEnergies(kspace, column, columns), rows))
            return CalibrationRegion{*row, column, rows, columns};
    return std::nullopt;
}

at::Tensor samplesIn(const at::Tensor& kspace, const CalibrationRegion& region) {
    return kspace.narrow(1, region.row, region.rows).narrow(2, region.column, region.columns).contiguous();
}

}  // namespace larmor::recon
