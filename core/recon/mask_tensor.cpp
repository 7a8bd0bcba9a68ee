#include "core/recon/mask_tensor.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "core/recon/tensor_view.h"

namespace larmor::recon {

at::Tensor toTensor(const SamplingMask& mask, const Device& device) {
    RealArray values({mask.readout(), mask.phase()});
    std::transform(mask.samples().values().begin(), mask.samples().values().end(), values.values().begin(),
                   [](std::uint8_t kept) { return kept ? 1.0F : 0.0F; });
    return toTensor(values, device);
}

SamplingMask toMask(const at::Tensor& mask) {
    const RealArray values = toRealArray(mask);
    ByteArray samples(values.shape());
    std::transform(values.values().begin(), values.values().end(), samples.values().begin(),
                   [](float kept) { return static_cast<std::uint8_t>(kept != 0 ? 1 : 0); });
    return {std::move(samples), {}};
}

}  // namespace larmor::recon
