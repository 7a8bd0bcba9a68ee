#include "core/recon/diffusion/noise_estimate.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

namespace {
constexpr std::int64_t kFewest = 64, kShare = 20;
constexpr double kMadOfNormal = 0.6744897501960817;  // the median of |v| for v ~ N(0, 1)

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
}  // namespace

double noiseLevel(const at::Tensor& y, const at::Tensor& mask) {
    const at::Tensor places = outermost(mask).to(y.device());
    if (places.numel() == 0) return 0;
    const at::Tensor samples = at::view_as_real(y.resolve_conj()).flatten(1, 2).index_select(1, places).flatten(1);
    const at::Tensor deviation = std::get<0>(at::median(at::abs(samples), 1)).to(at::kDouble) / kMadOfNormal;
    return std::sqrt(deviation.square().mean().item<double>());
}

}  // namespace larmor::recon::diffusion
