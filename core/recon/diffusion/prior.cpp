#include "core/recon/diffusion/prior.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::diffusion {

Prior::~Prior() = default;

void checkFinite(const at::Tensor& denoised, const PriorCard& card, double sigma) {
    if (at::isfinite(denoised).all().item<bool>()) return;
    throw Error(fmt::format("The prior '{}' gave values that are not finite numbers at the noise level sigma = {:.4g}.", card.name, sigma),
                "The run diverged or the weights are damaged: try a weaker data weight (zeta, gamma), or another prior.");
}

}  // namespace larmor::recon::diffusion
