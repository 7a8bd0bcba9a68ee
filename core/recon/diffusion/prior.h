#pragma once
// A prior as samplers see it: a denoiser of complex images in prior units (scaling.h). sigma is the standard deviation of the noise in
// each of the real and the imaginary part, so E|n|^2 = 2 sigma^2 for a complex sample.

#include <functional>
#include <memory>
#include <string>

#include <ATen/core/Tensor.h>

#include "core/base/data/prior_card.h"
#include "core/recon/device.h"

namespace larmor::recon::diffusion {

struct Denoised {
    at::Tensor image;  ///< D(x; sigma)
    /// J_D^T v: the vector-Jacobian product of the denoiser, v and result [S, readout, phase] complex, where the real and the imaginary
    /// part are the two real coordinates. Call at most once.
    std::function<at::Tensor(const at::Tensor& v)> vjp;
};

class LARMOR_RECON_EXPORT Prior {
public:
    virtual ~Prior();
    [[nodiscard]] virtual const PriorCard& card() const = 0;
    /// D(x; sigma) = E[x0 | x0 + sigma n = x]. @param x [S, readout, phase] complex64, or complex128 in tests: the result is of the same
    /// type, networks compute in single precision all the same; items never influence each other.
    /// @throws Error naming sigma if the result is not finite
    [[nodiscard]] virtual at::Tensor denoise(const at::Tensor& x, double sigma) const = 0;
    /// The same with its vector-Jacobian product.
    [[nodiscard]] virtual Denoised denoiseForVjp(const at::Tensor& x, double sigma) const = 0;
};

/// @throws Error naming the prior and sigma if a value of its output is not a finite number
LARMOR_RECON_EXPORT void checkFinite(const at::Tensor& denoised, const PriorCard& card, double sigma);

/// Opens a weights file for one contrast. @param contrast a name of the card's, or empty: unconditional
/// @throws IoError, InputError (unknown contrast: lists those there are), DeviceError
[[nodiscard]] LARMOR_RECON_EXPORT std::shared_ptr<const Prior> openPrior(const std::string& path, const std::string& contrast,
                                                                         const Device& device);

}  // namespace larmor::recon::diffusion
