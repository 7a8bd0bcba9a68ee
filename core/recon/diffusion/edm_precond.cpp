#include "core/recon/diffusion/edm_precond.h"

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

EdmScalings edmScalings(const at::Tensor& sigma, double sigmaData) {
    const at::Tensor s = sigma.to(at::kFloat), power = s.square() + sigmaData * sigmaData;
    return {
        .skip = sigmaData * sigmaData / power, .out = s * sigmaData * at::rsqrt(power), .in = at::rsqrt(power), .noise = at::log(s) / 4};
}

at::Tensor edmDenoise(const networks::Network& network, double sigmaData, const at::Tensor& x, const at::Tensor& sigma,
                      const at::Tensor& labels, const at::Tensor& augment) {
    const EdmScalings c = edmScalings(sigma, sigmaData);
    const auto perImage = [](const at::Tensor& values) { return values.view({-1, 1, 1, 1}); };
    const at::Tensor image = x.to(at::kFloat);
    const at::Tensor f = network.forward(image * perImage(c.in), c.noise, labels, augment);
    return image * perImage(c.skip) + f * perImage(c.out);
}

}  // namespace larmor::recon::diffusion
