#include "core/recon/partial_fourier.h"

#include <algorithm>
#include <numbers>
#include <optional>

#include <ATen/ATen.h>

#include "core/base/masks/mask_generator.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/mask_tensor.h"

namespace larmor::recon {

namespace {
/// Which lines across the axis hold a sample.
std::vector<bool> occupied(const at::Tensor& mask, std::int64_t axis) {
    const at::Tensor any = (mask.sum(1 - axis) > 0).to(at::kByte).cpu().contiguous();
    const auto* values = any.const_data_ptr<std::uint8_t>();
    return std::vector<bool>(values, values + any.numel());
}

std::optional<PartialAxis> partialAxis(const std::vector<bool>& lines, std::int64_t axis) {
    const auto n = static_cast<std::int64_t>(lines.size()), middle = n / 2;
    std::int64_t first = -1, last = -1, gap = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        if (!lines[static_cast<std::size_t>(i)]) continue;
        if (first < 0) first = i;
        if (last >= 0) gap = std::max(gap, i - last);
        last = i;
    }
    if (first < 0 || first > middle || last < middle) return std::nullopt;
    // What is missing at an end beyond a gap as any other; one line of an even matrix has no mirror.
    const std::int64_t below = middle - first, above = last - middle;
    const std::int64_t missingBelow = first - gap, missingAbove = n - 1 - last - gap;
    if (missingBelow > 0 && below < above - gap) return PartialAxis{axis, true, below, below};
    if (missingAbove > 0 && above < below - gap) return PartialAxis{axis, false, above, above};
    return std::nullopt;
}

/// Distance from the middle, [points].
at::Tensor distances(std::int64_t points, const at::Tensor& like) {
    return at::arange(points, at::TensorOptions().dtype(at::kDouble).device(like.device())) - static_cast<double>(points / 2);
}

at::Tensor alongAxis(const at::Tensor& values, std::int64_t axis) {
    return axis == 0 ? values.unsqueeze(1) : values;
}
}  // namespace

std::vector<PartialAxis> partialAxes(const at::Tensor& mask) {
    std::vector<PartialAxis> axes;
    for (const std::int64_t axis : {0, 1})
        if (const auto partial = partialAxis(occupied(mask, axis), axis)) axes.push_back(*partial);
    if (axes.empty()) return axes;
    const auto block = masks::calibrationBlock(toMask(mask));
    for (auto& axis : axes) axis.full = std::min(axis.full, (axis.axis == 0 ? block.readout : block.phase) / 2);
    return axes;
}

at::Tensor smoothPhase(const at::Tensor& kspace, const std::vector<PartialAxis>& axes) {
    at::Tensor low = kspace.clone();
    for (const auto& axis : axes) {
        const at::Tensor distance = distances(kspace.size(axis.axis - 2), kspace);
        const at::Tensor hann = at::cos(distance * (std::numbers::pi / static_cast<double>(axis.full + 1))).add_(1).mul_(0.5);
        low.mul_(alongAxis((hann * (distance.abs() <= static_cast<double>(axis.full))).to(at::kFloat), axis.axis));
    }
    // sgn(0) is 0: where nothing is known, the image counts as real.
    const at::Tensor phase = at::sgn(ifft2c(low));
    return at::where(phase == 0, at::ones_like(phase), phase);
}

at::Tensor withPhase(const at::Tensor& x, const at::Tensor& phase) {
    return phase * at::real(x * phase.conj());
}

at::Tensor homodyneWeights(const PartialAxis& axis, std::int64_t points) {
    const at::Tensor distance = distances(points, at::empty({0})).mul_(axis.lowMissing ? 1 : -1);
    at::Tensor weights = (distance / static_cast<double>(axis.band + 1) + 1).clamp_(0, 2).to(at::kFloat);
    if (points % 2 == 0) weights[0].clamp_max_(1);
    return weights;
}

}  // namespace larmor::recon
