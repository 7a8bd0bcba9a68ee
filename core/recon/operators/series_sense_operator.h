#pragma once
#include "core/recon/operators/linear_operator.h"

namespace larmor::recon {

/// SENSE of a series: maps that all frames share, a mask for each. [frame, readout, phase] -> [frame, coil, readout, phase].
/// Frame by frame, so that the coil images of one frame only are held at a time. With sum_c |S_c|^2 <= 1 the norm of A^H A is at most 1.
class LARMOR_RECON_EXPORT SeriesSenseOperator final : public LinearOperator {
public:
    /// @param maps [coil, readout, phase] complex64 (or complex128 in tests); @param masks [frame, readout, phase] real, on the same
    /// device.
    /// @throws ShapeError
    SeriesSenseOperator(const at::Tensor& maps, const at::Tensor& masks);
    [[nodiscard]] Shape domain() const override;
    [[nodiscard]] Shape codomain() const override;
    [[nodiscard]] at::Tensor forward(const at::Tensor& x) const override;
    [[nodiscard]] at::Tensor adjoint(const at::Tensor& y) const override;
    [[nodiscard]] at::Tensor normal(const at::Tensor& x) const override;

private:
    // With the origin at index 0, as in SenseOperator.
    at::Tensor m_originMaps, m_originMapsConj;  ///< [coil, readout, phase]
    at::Tensor m_originMasks;                   ///< [frame, readout, phase, 1]
};

}  // namespace larmor::recon
