#include "core/recon/coils/combine.h"

#include <ATen/ATen.h>

#include "core/base/array.h"

namespace larmor::recon {

at::Tensor combineRss(const at::Tensor& coilImages) {
    const at::Tensor rss = at::view_as_real(coilImages.resolve_conj()).square().sum(at::IntArrayRef{0, -1}).sqrt_();
    return at::complex(rss, at::zeros_like(rss));
}

at::Tensor combineMvue(const at::Tensor& coilImages, const at::Tensor& maps) {
    checkShape(maps.sizes().vec(), coilImages.sizes().vec(), "coil maps");
    return (coilImages * maps.conj()).sum(0);
}

at::Tensor combineSets(const at::Tensor& images) {
    const at::Tensor first = images.select(0, 0), length = at::abs(first);
    const at::Tensor phase = at::where(length > 0, first / length.clamp_min(1e-30), at::ones_like(first));
    return phase * at::real(combineRss(images));
}

}  // namespace larmor::recon
