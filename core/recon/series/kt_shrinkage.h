#pragma once
#include "core/recon/solvers/wavelet.h"

namespace larmor::recon {

/// The proximal map of weight * ||W F_t x||_1 on [frame, readout, phase]: Fourier over time, wavelets in each temporal frequency. Both are
/// orthonormal (where the wavelets need no frame), so it is a soft threshold of the coefficients. [k-t SPARSE-SENSE, Otazo et al., Magn
/// Reson Med 2010]
class LARMOR_RECON_EXPORT KtShrinkage {
public:
    struct Options {
        double weight = 0;
        bool wavelets = true;     ///< false: W is the identity
        bool randomShift = true;  ///< moves the wavelets' grid in each call, the same way for all frequencies
    };
    KtShrinkage(std::int64_t readout, std::int64_t phase, const Options& options, NoiseSource shifts);
    [[nodiscard]] at::Tensor operator()(const at::Tensor& images);

private:
    WaveletTransform m_transform;
    Options m_options;
    NoiseSource m_shifts;
};

}  // namespace larmor::recon
