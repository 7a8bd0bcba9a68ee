#include "core/recon/diffusion/packing.h"

#include <ATen/ATen.h>

#include "core/base/array.h"

namespace larmor::recon::diffusion {

at::Tensor toChannels(const at::Tensor& image) {
    checkShape(image.sizes().vec(), {-1, -1, -1}, "images for a network");
    return at::view_as_real(image.resolve_conj()).permute({0, 3, 1, 2}).to(at::kFloat).contiguous();
}

at::Tensor fromChannels(const at::Tensor& channels) {
    checkShape(channels.sizes().vec(), {-1, 2, -1, -1}, "images of a network");
    return at::view_as_complex(channels.permute({0, 2, 3, 1}).contiguous());
}

}  // namespace larmor::recon::diffusion
