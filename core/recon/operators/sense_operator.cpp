#include "core/recon/operators/sense_operator.h"

#include <ATen/ATen.h>

#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

namespace {
Shape shapeOf(const at::Tensor& tensor) {
    return tensor.sizes().vec();
}

at::Tensor asPairs(const at::Tensor& mask) {
    return mask.unsqueeze(-1).expand({-1, -1, 2}).contiguous();
}

at::Tensor masked(const at::Tensor& kspace, const at::Tensor& maskPairs) {
    return at::view_as_complex(at::view_as_real(kspace).mul(maskPairs));
}
}  // namespace

SenseOperator::SenseOperator(at::Tensor maps, at::Tensor mask) : m_maps(std::move(maps)), m_mask(std::move(mask)) {
    checkShape(shapeOf(m_maps), {-1, -1, -1}, "coil maps");
    checkShape(shapeOf(m_mask), {m_maps.size(1), m_maps.size(2)}, "mask");
    m_maps = m_maps.resolve_conj().contiguous();
    m_mask = m_mask.to(c10::toRealValueType(m_maps.scalar_type()));
    m_originMaps = ifftshift2(m_maps);
    m_originMapsConj = m_originMaps.conj().resolve_conj();
    m_originMaskPairs = asPairs(ifftshift2(m_mask));
}

Shape SenseOperator::domain() const {
    return {m_maps.size(1), m_maps.size(2)};
}
Shape SenseOperator::codomain() const {
    return shapeOf(m_maps);
}

at::Tensor SenseOperator::forward(const at::Tensor& x) const {
    checkShape(shapeOf(x), domain(), "image");
    return masked(fft2c(m_maps * x), asPairs(m_mask));
}

at::Tensor SenseOperator::adjoint(const at::Tensor& y) const {
    checkShape(shapeOf(y), codomain(), "k-space");
    return ifft2c(masked(y.resolve_conj(), asPairs(m_mask))).mul_(m_maps.conj()).sum(0);
}

at::Tensor SenseOperator::normal(const at::Tensor& x) const {
    checkShape(shapeOf(x), domain(), "image");
    const at::Tensor atOrigin = ifftshift2(x);
    at::Tensor kspace = fft2(m_originMaps * atOrigin);
    at::view_as_real(kspace).mul_(m_originMaskPairs);
    return fftshift2(ifft2(kspace).mul_(m_originMapsConj).sum(0));
}

}  // namespace larmor::recon
