#include "core/recon/networks/edm_unet.h"

#include <cmath>
#include <utility>

#include <ATen/ATen.h>

#include "core/base/array.h"

namespace larmor::recon::networks {

namespace {
constexpr double kTwoPi = 6.283185307179586;

/// The size of `like`: by cutting off what halving added, or by interpolation where levels have sizes of their own.
at::Tensor fitted(const at::Tensor& x, const at::Tensor& like, bool interpolates) {
    if (x.sizes().slice(2) == like.sizes().slice(2)) return x;
    if (interpolates) return at::upsample_bilinear2d(x, like.sizes().slice(2), false);
    return x.narrow(2, 0, like.size(2)).narrow(3, 0, like.size(3));
}
}  // namespace

at::Tensor EdmUnet::embed(const at::Tensor& noise, const at::Tensor& labels, const at::Tensor& augment, const Pass& pass) const {
    const std::int64_t half = m_sizes.modelChannels / 2, items = noise.size(0);
    const at::Tensor classes = checkedColumns(labels, items, m_labelColumns, "labels");
    const at::Tensor changes = checkedColumns(augment, items, m_augmentColumns, "augmentation labels");
    const at::Tensor given = classes.defined() || m_labelColumns == 0 ? classes : at::zeros({items, m_labelColumns}, noise.options());
    at::Tensor embedding;
    if (m_sizes.isNcsnpp) {
        const at::Tensor angles = at::outer(noise.to(at::kFloat), m_frequencies * kTwoPi);
        embedding = at::cat({at::sin(angles), at::cos(angles)}, 1);
    } else if (m_sizes.isAdm) {
        embedding = sinusoids(noise, half, 1, std::pow(1e-4, static_cast<double>(half - 1) / static_cast<double>(half)));
    } else {
        embedding = sinusoids(noise, half, 1, 1e-4).view({items, 2, half}).flip(1).reshape({items, 2 * half});
    }
    if (!m_sizes.isAdm && given.defined()) embedding = embedding + m_mapLabel(given * std::sqrt(static_cast<double>(m_labelColumns)), pass);
    if (changes.defined()) embedding = embedding + m_mapAugment(changes, pass);
    embedding = m_mapLayer1(at::silu(m_mapLayer0(embedding, pass)), pass);
    if (m_sizes.isAdm && given.defined()) embedding = embedding + m_mapLabel(given, pass);
    return at::silu(embedding);
}

at::Tensor EdmUnet::encode(const at::Tensor& image, const at::Tensor& embedding, std::vector<at::Tensor>& skips, const Pass& pass) const {
    at::Tensor h = m_first(image, pass), residual = image;
    skips.push_back(h);
    for (const auto& level : m_levels) {
        for (const auto& block : level.down) {
            h = block(h, embedding, pass);
            if (m_sizes.isNcsnpp) h = residual = (h + level.fromImage.fusedDown(residual, pass)) * std::sqrt(0.5);
            skips.push_back(h);
        }
        for (const auto& block : level.encoder) skips.push_back(h = block(h, embedding, pass));
    }
    return h;
}

at::Tensor EdmUnet::decode(at::Tensor h, const at::Tensor& embedding, std::vector<at::Tensor>& skips, const Pass& pass) const {
    for (std::size_t level = m_levels.size(); level-- > 0;) {
        for (const auto& block : m_levels[level].entry) h = block(h, embedding, pass);
        for (const auto& block : m_levels[level].decoder) {
            h = block(at::cat({fitted(h, skips.back(), m_sizes.hasFixedSizes), skips.back()}, 1), embedding, pass);
            skips.pop_back();
        }
    }
    return h;
}

at::Tensor EdmUnet::evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor& labels, const at::Tensor& augment) const {
    checkShape(x.sizes().vec(), {noise.size(0), m_sizes.inChannels, -1, -1}, "image");
    const Pass pass = passOf(*this);
    const at::Tensor embedding = embed(noise, labels, augment, pass);
    std::vector<at::Tensor> skips;
    at::Tensor h = encode(x.to(pass.type).contiguous(at::MemoryFormat::ChannelsLast), embedding, skips, pass);
    h = decode(std::move(h), embedding, skips, pass);
    return m_last(m_lastNorm.silu(h, pass), pass).to(at::kFloat);
}

}  // namespace larmor::recon::networks
