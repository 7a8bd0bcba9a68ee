#include "core/recon/series/temporal_fourier.h"

#include <ATen/ATen.h>

#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

at::Tensor temporalFourier(const at::Tensor& images) {
    return fftLines(images.movedim(0, -1).contiguous()).movedim(-1, 0).contiguous();
}

at::Tensor inverseTemporalFourier(const at::Tensor& coefficients) {
    return ifftLines(coefficients.movedim(0, -1).contiguous()).movedim(-1, 0).contiguous();
}

}  // namespace larmor::recon
