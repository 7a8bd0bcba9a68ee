#pragma once
#include <ATen/core/Tensor.h>

#include "core/recon/networks/network.h"

namespace larmor::recon::diffusion {

/// D(x; sigma, c) = c_skip x + c_out F(c_in x; ln(sigma)/4, c) [Karras 2022, table 1]. Scalings in float32.
/// @param x [B, 2, readout, phase] float32; @param sigma [B] > 0; @param labels, augment as for Network::forward
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor edmDenoise(const networks::Network& network, double sigmaData, const at::Tensor& x,
                                                        const at::Tensor& sigma, const at::Tensor& labels, const at::Tensor& augment = {});

struct EdmScalings {
    at::Tensor skip, out, in, noise;  ///< each of sigma's shape
};
[[nodiscard]] LARMOR_RECON_EXPORT EdmScalings edmScalings(const at::Tensor& sigma, double sigmaData);

}  // namespace larmor::recon::diffusion
