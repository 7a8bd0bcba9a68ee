#include "core/recon/diffusion/noise_estimate.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <ATen/ATen.h>

#include "core/base/data/air_noise.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon::diffusion {

namespace {
constexpr std::int64_t kFewest = 64, kShare = 20;

/// Flat indices of the kept samples that lie furthest out.
at::Tensor outermost(const at::Tensor& mask) {
    const auto distance = [](std::int64_t n) {
        const at::Tensor place = (at::arange(n, at::kDouble) - n / 2) * (2.0 / static_cast<double>(n));
        return place.square();
    };
    const at::Tensor squared = distance(mask.size(0)).unsqueeze(1) + distance(mask.size(1)).unsqueeze(0);
    const at::Tensor kept = at::nonzero(mask.to(at::kCPU).reshape(-1)).select(1, 0);
    const std::int64_t count = std::min(kept.numel(), std::max(kFewest, kept.numel() / kShare));
    const at::Tensor order = at::argsort(squared.reshape(-1).index_select(0, kept), true, 0, true);
    return kept.index_select(0, order.narrow(0, 0, count));
}

/// Where the outermost samples are noise.
double levelAtEdge(const at::Tensor& y, const at::Tensor& mask) {
    const at::Tensor places = outermost(mask).to(y.device());
    if (places.numel() == 0) return 0;
    const at::Tensor samples = at::view_as_real(y.resolve_conj()).flatten(1, 2).index_select(1, places).flatten(1);
    const at::Tensor deviation = std::get<0>(at::median(at::abs(samples), 1)).to(at::kDouble) / kMadOfNormal;
    return std::sqrt(deviation.square().mean().item<double>());
}

/// From the lines along the first axis that the mask keeps whole; nothing where there are too few.
std::optional<double> levelInAir(const at::Tensor& y, const at::Tensor& mask) {
    const auto toImage = [](const ComplexArray& lines) { return toComplexArray(ifft2c(toTensor(lines))); };
    const auto levels = airNoise(toComplexArray(y), toMask(mask), toImage);
    if (!levels) return std::nullopt;
    return std::sqrt(noisePower(*levels) / static_cast<double>(levels->size()));
}
}  // namespace

double noiseLevel(const at::Tensor& y, const at::Tensor& mask) {
    const double edge = levelAtEdge(y, mask);
    const double along = levelInAir(y, mask).value_or(edge);
    const double across = levelInAir(y.transpose(1, 2), mask.transpose(0, 1)).value_or(edge);
    return std::min({edge, along, across});  // each can be too large, by signal
}

}  // namespace larmor::recon::diffusion
