#pragma once
#include "core/recon/operators/linear_operator.h"

namespace larmor::recon {

/// A = P F S: coil sensitivities, centred orthonormal Fourier transform, sampling. [readout, phase] -> [coil, readout, phase].
/// With several sets of maps, A x = P F sum_set S_set x_set of images [set, readout, phase] ("soft SENSE") [Uecker 2014].
/// With sum_c |S_c|^2 <= 1 the norm of A^H A is at most 1. [Pruessmann 2001]
/// Images and k-space may carry leading dimensions, one item each; on the CPU an item's bytes do not depend on the others.
class LARMOR_RECON_EXPORT SenseOperator final : public LinearOperator {
public:
    /// @param maps [coil, readout, phase] or [set, coil, readout, phase] complex64 (or complex128 in tests); @param mask [readout, phase], or
    /// [coil, readout, phase] where coils hold different samples, real, on the same device.
    /// The maps are not copied and must stay as they are. @throws ShapeError
    SenseOperator(at::Tensor maps, at::Tensor mask);
    [[nodiscard]] Shape domain() const override;
    [[nodiscard]] Shape codomain() const override;
    [[nodiscard]] at::Tensor forward(const at::Tensor& x) const override;
    [[nodiscard]] at::Tensor adjoint(const at::Tensor& y) const override;
    [[nodiscard]] at::Tensor normal(const at::Tensor& x) const override;
    [[nodiscard]] const at::Tensor& maps() const { return m_maps; }
    /// Sets of maps; with 1 the images have no dimension for them.
    [[nodiscard]] std::int64_t sets() const { return m_maps.dim() == 4 ? m_maps.size(0) : 1; }
    [[nodiscard]] const at::Tensor& mask() const { return m_mask; }

private:
    at::Tensor m_maps, m_mask;
    // For the normal operator, with the origin at index 0: there both shifts of F cancel against those of F^H but for one of the image.
    at::Tensor m_originMaps, m_originMapsConj;  ///< as the maps; the conjugated ones where coils go all at once
    at::Tensor m_originMaskPairs;               ///< [..., readout, phase, 2], once for the real and once for the imaginary part
    bool m_wholeLines = false;                  ///< one set, and one mask that is the same in every row: along readout F^H F is 1
};

}  // namespace larmor::recon
