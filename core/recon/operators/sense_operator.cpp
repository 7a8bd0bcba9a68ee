#include "core/recon/operators/sense_operator.h"

#include <ATen/ATen.h>

#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

namespace {
Shape shapeOf(const at::Tensor& tensor) {
    return tensor.sizes().vec();
}

at::Tensor asPairs(const at::Tensor& mask) {
    return at::stack({mask, mask}, -1);
}

at::Tensor masked(const at::Tensor& kspace, const at::Tensor& maskPairs) {
    return at::view_as_complex(at::view_as_real(kspace).mul(maskPairs));
}

/// S x, [coil, readout, phase].
at::Tensor coilImages(const at::Tensor& maps, const at::Tensor& image) {
    const at::Tensor products = maps * image.unsqueeze(-3);
    return maps.dim() == 4 ? products.sum(-4) : products;
}

/// S^H of coil images, which are written over.
at::Tensor combined(at::Tensor coils, const at::Tensor& mapsConj) {
    return mapsConj.dim() == 4 ? (coils.unsqueeze(-4) * mapsConj).sum(-3) : coils.mul_(mapsConj).sum(-3);
}

/// Checks the last dimensions against `item`; leading ones may be any.
void checkItems(const at::Tensor& x, const Shape& item, const char* name) {
    const Shape found = shapeOf(x);
    const auto leading = static_cast<std::ptrdiff_t>(found.size()) - static_cast<std::ptrdiff_t>(item.size());
    checkShape(leading > 0 ? Shape(found.begin() + leading, found.end()) : found, item, name);
}

/// Calls `work` with a tensor of items of `rank` dimensions. On the CPU one after the other, so that the bytes of an item never depend
/// on how many go together, and the coil images of one stay in the cache; on a GPU all at once.
template <class Work>
at::Tensor overItems(const at::Tensor& x, std::int64_t rank, const Work& work) {
    if (x.dim() == rank || x.is_cuda()) return work(x);
    const at::Tensor items = x.flatten(0, x.dim() - rank - 1);
    std::vector<at::Tensor> results;
    for (const at::Tensor& item : items.unbind(0)) results.push_back(work(item));
    Shape shape(x.sizes().begin(), x.sizes().end() - rank);
    const at::Tensor all = at::stack(results);
    shape.insert(shape.end(), all.sizes().begin() + 1, all.sizes().end());
    return all.reshape(shape);
}

/// Of one coil as [set, readout, phase], from [coil, readout, phase] or [set, coil, readout, phase].
at::Tensor mapsOfCoil(const at::Tensor& maps, std::int64_t coil) {
    return maps.dim() == 4 ? maps.select(1, coil) : maps[coil].unsqueeze(0);
}

at::Tensor ofCoil(const at::Tensor& maskPairs, std::int64_t coil) {
    return maskPairs.dim() == 4 ? maskPairs[coil] : maskPairs;
}

/// sum += S^H of one coil's image.
void addCombined(at::Tensor& sum, const at::Tensor& image, const at::Tensor& mapsOfOne) {
    sum.addcmul_(image.unsqueeze(0), mapsOfOne.conj().resolve_conj());
}

/// A^H A on the CPU, origin at index 0, coil after coil: what a coil needs stays in the cache, and no coil images are held. With whole
/// lines, along phase only. @param image [set, readout, phase]
at::Tensor normalByCoil(const at::Tensor& maps, const at::Tensor& maskPairs, const at::Tensor& image, bool wholeLines) {
    at::Tensor sum = at::zeros_like(image);
    for (std::int64_t coil = 0; coil < maps.size(-3); ++coil) {
        const at::Tensor own = mapsOfCoil(maps, coil), seen = own.size(0) == 1 ? own[0] * image[0] : (own * image).sum(0);
        at::Tensor kspace = wholeLines ? fftLines(seen) : fft2(seen);
        at::view_as_real(kspace).mul_(ofCoil(maskPairs, coil));
        addCombined(sum, wholeLines ? ifftLines(kspace) : ifft2(kspace), own);
    }
    return sum;
}

/// A^H on the CPU in the same way. @param kspace [coil, readout, phase], with its zero frequency in the middle
at::Tensor adjointByCoil(const at::Tensor& maps, const at::Tensor& maskPairs, const at::Tensor& kspace) {
    at::Tensor sum = at::zeros_like(mapsOfCoil(maps, 0));
    for (std::int64_t coil = 0; coil < maps.size(-3); ++coil) {
        at::Tensor own = ifftshift2(kspace[coil]);
        at::view_as_real(own).mul_(ofCoil(maskPairs, coil));
        addCombined(sum, ifft2(own), mapsOfCoil(maps, coil));
    }
    return sum;
}

/// Few samples on the CPU are quicker all at once: calls cost more than they.
bool goesByCoil(const at::Tensor& maps) {
    constexpr std::int64_t kFew = 4096;
    return maps.is_cpu() && maps.numel() > kFew;
}
}  // namespace

SenseOperator::SenseOperator(at::Tensor maps, at::Tensor mask) : m_maps(std::move(maps)), m_mask(std::move(mask)) {
    checkShape(shapeOf(m_maps), m_maps.dim() == 4 ? Shape{-1, -1, -1, -1} : Shape{-1, -1, -1}, "coil maps");
    const Shape coils = codomain();
    checkShape(shapeOf(m_mask), m_mask.dim() == 3 ? coils : Shape{coils[1], coils[2]}, "mask");
    m_maps = m_maps.resolve_conj().contiguous();
    m_mask = m_mask.to(c10::toRealValueType(m_maps.scalar_type()));
    m_originMaps = ifftshift2(m_maps);
    if (!goesByCoil(m_maps)) m_originMapsConj = m_originMaps.conj().resolve_conj();
    m_originMaskPairs = asPairs(ifftshift2(m_mask));
    m_wholeLines = m_maps.dim() == 3 && m_mask.dim() == 2 && m_mask.size(0) > 0 && at::equal(m_mask, m_mask[0].expand_as(m_mask));
}

Shape SenseOperator::domain() const {
    const Shape maps = shapeOf(m_maps);
    if (maps.size() == 4) return {maps[0], maps[2], maps[3]};
    return {maps[1], maps[2]};
}
Shape SenseOperator::codomain() const {
    const Shape maps = shapeOf(m_maps);
    return {maps.end() - 3, maps.end()};
}

at::Tensor SenseOperator::forward(const at::Tensor& x) const {
    checkItems(x, domain(), "image");
    return overItems(x, m_maps.dim() - 1, [&](const at::Tensor& image) { return masked(fft2c(coilImages(m_maps, image)), asPairs(m_mask)); });
}

at::Tensor SenseOperator::adjoint(const at::Tensor& y) const {
    checkItems(y, codomain(), "k-space");
    return overItems(y, 3, [&](const at::Tensor& kspace) {
        const at::Tensor samples = kspace.resolve_conj();
        if (!goesByCoil(m_maps)) return combined(ifft2c(masked(samples, asPairs(m_mask))), m_maps.conj());
        const at::Tensor images = fftshift2(adjointByCoil(m_originMaps, m_originMaskPairs, samples));
        return m_maps.dim() == 4 ? images : images[0];
    });
}

at::Tensor SenseOperator::normal(const at::Tensor& x) const {
    checkItems(x, domain(), "image");
    return overItems(x, m_maps.dim() - 1, [&](const at::Tensor& image) {
        if (goesByCoil(m_maps)) {
            const at::Tensor at0 = ifftshift2(image);
            const at::Tensor images = normalByCoil(m_originMaps, m_originMaskPairs, m_maps.dim() == 4 ? at0 : at0.unsqueeze(0), m_wholeLines);
            return fftshift2(m_maps.dim() == 4 ? images : images[0]);
        }
        at::Tensor kspace = fft2(coilImages(m_originMaps, ifftshift2(image)));
        at::view_as_real(kspace).mul_(m_originMaskPairs);
        return fftshift2(combined(ifft2(kspace), m_originMapsConj));
    });
}

}  // namespace larmor::recon
