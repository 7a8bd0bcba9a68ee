#pragma once
#include <vector>

#include "core/base/solvers/wavelet_frame.h"
#include "core/recon/operators/linear_operator.h"

namespace larmor::recon {

/// Daubechies wavelets with 4 taps ("dau2"), periodic, two-dimensional, halved as long as the half is no smaller
/// than `minimumSize`, which must be above 1. Any size: an image
/// that cannot be halved often enough is framed by zeros first, so that W^H W = 1 always, and W W^H = 1 where no frame was needed.
/// [Daubechies 1992; lifting steps: Daubechies & Sweldens 1998] Coefficients keep Mallat's layout: the coarsest band at the top left.
class LARMOR_RECON_EXPORT WaveletTransform final : public LinearOperator {
public:
    /// @throws ShapeError on an empty image
    explicit WaveletTransform(std::int64_t readout, std::int64_t phase, std::int64_t minimumSize = 16);
    [[nodiscard]] Shape domain() const override { return {m_readout, m_phase}; }
    [[nodiscard]] Shape codomain() const override { return {m_rows, m_columns}; }
    [[nodiscard]] at::Tensor forward(const at::Tensor& x) const override;
    [[nodiscard]] at::Tensor adjoint(const at::Tensor& coefficients) const override;
    [[nodiscard]] at::Tensor normal(const at::Tensor& x) const override;
    [[nodiscard]] std::int64_t levels() const { return m_levels; }

    /// The image in its frame, turned cyclically by (rows, columns); and back.
    [[nodiscard]] at::Tensor framed(const at::Tensor& x, std::int64_t rows = 0, std::int64_t columns = 0) const;
    [[nodiscard]] at::Tensor unframed(const at::Tensor& x, std::int64_t rows = 0, std::int64_t columns = 0) const;
    /// In place, on an image of the frame's size.
    void analyse(at::Tensor& image) const;
    void synthesise(at::Tensor& coefficients) const;

private:
    std::int64_t m_readout, m_phase, m_levels = 0, m_rows = 0, m_columns = 0;
};

/// Complex soft threshold in place: the modulus shrinks by `threshold`, the phase stays. The proximal map of threshold * |w|.
LARMOR_RECON_EXPORT void softThreshold(at::Tensor& values, double threshold);

/// The same for groups of values along the first dimension, which shrink together by their root sum of squares: the proximal map of
/// threshold * sum_i sqrt(sum_g |w_gi|^2).
LARMOR_RECON_EXPORT void softThresholdJointly(at::Tensor& values, double threshold);

/// The proximal map of weight * ||W x||_1, of images [set, readout, phase] jointly over the sets, with a cyclic shift drawn anew for each call.
class LARMOR_RECON_EXPORT WaveletShrinkage {
public:
    /// @param randomShift  without it the transform's grid stays where it is, which leaves blocky traces
    WaveletShrinkage(WaveletTransform transform, double weight, bool randomShift, NoiseSource shifts);
    [[nodiscard]] at::Tensor operator()(const at::Tensor& z);

private:
    [[nodiscard]] at::Tensor jointly(const at::Tensor& z, std::int64_t rows, std::int64_t columns) const;

    WaveletTransform m_transform;
    double m_weight;
    solvers::CycleShifts m_shifts;
};

}  // namespace larmor::recon
