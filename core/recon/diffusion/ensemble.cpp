#include "core/recon/diffusion/ensemble.h"

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

EnsembleMaps ensembleMaps(const at::Tensor& samples) {
    EnsembleMaps maps;
    maps.mean = samples.mean(0);
    const at::Tensor size = at::abs(samples);
    maps.deviation = at::std(size, at::IntArrayRef{0}, true, false);
    const at::Tensor direction = at::where(size.gt(0), samples / size, at::ones_like(samples));
    maps.phaseSpread = at::abs(direction.mean(0)).clamp_max_(1).log_().mul_(-2).clamp_min_(0).sqrt_();
    return maps;
}

}  // namespace larmor::recon::diffusion
