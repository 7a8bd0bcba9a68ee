#include "core/recon/operators/series_sense_operator.h"

#include <ATen/ATen.h>

#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

namespace {
Shape shapeOf(const at::Tensor& tensor) {
    return tensor.sizes().vec();
}

/// One call a frame, results side by side.
template <class Work>
at::Tensor overFrames(const at::Tensor& x, const Work& work) {
    std::vector<at::Tensor> results;
    for (std::int64_t frame = 0; frame < x.size(0); ++frame) results.push_back(work(x[frame], frame));
    return at::stack(results);
}
}  // namespace

SeriesSenseOperator::SeriesSenseOperator(const at::Tensor& maps, const at::Tensor& masks) {
    checkShape(shapeOf(maps), {-1, -1, -1}, "coil maps");
    checkShape(shapeOf(masks), {-1, maps.size(1), maps.size(2)}, "masks of a series");
    m_originMaps = ifftshift2(maps.resolve_conj().contiguous());
    m_originMapsConj = m_originMaps.conj().resolve_conj();
    m_originMasks = ifftshift2(masks.to(c10::toRealValueType(maps.scalar_type()))).unsqueeze(-1);
}

Shape SeriesSenseOperator::domain() const {
    return {m_originMasks.size(0), m_originMaps.size(1), m_originMaps.size(2)};
}

Shape SeriesSenseOperator::codomain() const {
    return {m_originMasks.size(0), m_originMaps.size(0), m_originMaps.size(1), m_originMaps.size(2)};
}

at::Tensor SeriesSenseOperator::forward(const at::Tensor& x) const {
    checkShape(shapeOf(x), domain(), "images");
    return overFrames(x, [&](const at::Tensor& image, std::int64_t frame) {
        at::Tensor kspace = fft2(m_originMaps * ifftshift2(image));
        at::view_as_real(kspace).mul_(m_originMasks[frame]);
        return fftshift2(kspace);
    });
}

at::Tensor SeriesSenseOperator::adjoint(const at::Tensor& y) const {
    checkShape(shapeOf(y), codomain(), "k-space of a series");
    return overFrames(y, [&](const at::Tensor& kspace, std::int64_t frame) {
        at::Tensor kept = ifftshift2(kspace.resolve_conj());
        at::view_as_real(kept).mul_(m_originMasks[frame]);
        return fftshift2(ifft2(kept).mul_(m_originMapsConj).sum(0));
    });
}

at::Tensor SeriesSenseOperator::normal(const at::Tensor& x) const {
    checkShape(shapeOf(x), domain(), "images");
    return overFrames(x, [&](const at::Tensor& image, std::int64_t frame) {
        at::Tensor kspace = fft2(m_originMaps * ifftshift2(image));
        at::view_as_real(kspace).mul_(m_originMasks[frame]);
        return fftshift2(ifft2(kspace).mul_(m_originMapsConj).sum(0));
    });
}

}  // namespace larmor::recon
