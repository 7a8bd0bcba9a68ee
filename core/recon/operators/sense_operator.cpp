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
/// A^H A for a mask that is the same in every row, with the origin at index 0: transforms along phase only, coil after coil, so that
/// what a coil needs stays in the cache.
at::Tensor normalAlongLines(const at::Tensor& maps, const at::Tensor& mapsConj, const at::Tensor& maskPairs, const at::Tensor& image) {
    at::Tensor sum = at::zeros_like(image);
    for (std::int64_t coil = 0; coil < maps.size(0); ++coil) {
        at::Tensor lines = fftLines(maps[coil] * image);
        at::view_as_real(lines).mul_(maskPairs);
        sum.addcmul_(ifftLines(lines), mapsConj[coil]);
    }
    return sum;
}
}  // namespace

SenseOperator::SenseOperator(at::Tensor maps, at::Tensor mask) : m_maps(std::move(maps)), m_mask(std::move(mask)) {
    checkShape(shapeOf(m_maps), m_maps.dim() == 4 ? Shape{-1, -1, -1, -1} : Shape{-1, -1, -1}, "coil maps");
    const Shape coils = codomain();
    checkShape(shapeOf(m_mask), m_mask.dim() == 3 ? coils : Shape{coils[1], coils[2]}, "mask");
    m_maps = m_maps.resolve_conj().contiguous();
    m_mask = m_mask.to(c10::toRealValueType(m_maps.scalar_type()));
    m_originMaps = ifftshift2(m_maps);
    m_originMapsConj = m_originMaps.conj().resolve_conj();
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
    return overItems(
        y, 3, [&](const at::Tensor& kspace) { return combined(ifft2c(masked(kspace.resolve_conj(), asPairs(m_mask))), m_maps.conj()); });
}

at::Tensor SenseOperator::normal(const at::Tensor& x) const {
    checkItems(x, domain(), "image");
    return overItems(x, m_maps.dim() - 1, [&](const at::Tensor& image) {
        if (m_wholeLines && image.is_cpu())
            return fftshift2(normalAlongLines(m_originMaps, m_originMapsConj, m_originMaskPairs, ifftshift2(image)));
        at::Tensor kspace = fft2(coilImages(m_originMaps, ifftshift2(image)));
        at::view_as_real(kspace).mul_(m_originMaskPairs);
        return fftshift2(combined(ifft2(kspace), m_originMapsConj));
    });
}

}  // namespace larmor::recon
