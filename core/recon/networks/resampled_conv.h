#pragma once
// EDM's convolution that may halve or double the image on the way [Karras 2022, NVlabs/edm's Conv2d].

#include <vector>

#include "core/recon/networks/layers.h"

namespace larmor::recon::networks {

enum class Resample { None, Down, Up };

/// How the levels of a U-Net are made from one another.
struct Resampling {
    std::vector<double> taps{1, 1};  ///< of the separable filter: {1, 1} box, {1, 3, 3, 1}
    /// Above 0: bilinear interpolation to this square size instead of the filter, whatever the size of the image.
    std::int64_t fixedSize = 0;
};

class ResampledConv {
public:
    ResampledConv() = default;
    /// @param kernel 0: resamples only. The state dict holds the filter as "resample_filter" if there is something to resample.
    ResampledConv(const ParameterFactory& make, std::int64_t in, std::int64_t out, std::int64_t kernel, Resample mode,
                  const Resampling& resampling, const Initial& initial);
    /// Resamples, then convolves. Odd sizes are halved upwards: the last row and column count twice.
    [[nodiscard]] at::Tensor operator()(const at::Tensor& x, const Pass& pass) const;
    /// Convolves with the border that the filter will eat, then filters and halves (EDM's fused_resample).
    [[nodiscard]] at::Tensor fusedDown(const at::Tensor& x, const Pass& pass) const;

private:
    [[nodiscard]] at::Tensor down(const at::Tensor& x) const;
    [[nodiscard]] at::Tensor up(const at::Tensor& x) const;
    [[nodiscard]] at::Tensor filterFor(const at::Tensor& x, double gain) const;

    Weight m_weight, m_bias;
    at::Tensor m_filter;
    Resample m_mode = Resample::None;
    Resampling m_resampling;
    std::int64_t m_kernel = 0;
};

}  // namespace larmor::recon::networks
