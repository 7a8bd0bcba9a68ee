#include "core/session/image_builder.h"

#include <algorithm>

#include "core/base/hash.h"

namespace larmor::session {

ImageBuilder::ImageBuilder(std::int64_t slices, const Matrix& matrix) : m_pixels({slices, matrix.readout, matrix.phase}) {}

void ImageBuilder::add(const ComplexArray& image) {
    checkShape(image.shape(), {m_pixels.extent(1), m_pixels.extent(2)}, "reconstructed slice");
    std::copy(image.values().begin(), image.values().end(), m_pixels.block(m_count).begin());
    ++m_count;
}

ComplexArray ImageBuilder::take() {
    if (m_count == m_pixels.extent(0)) return std::move(m_pixels);
    const auto used = m_pixels.values().first(static_cast<std::size_t>(m_count * m_pixels.extent(1) * m_pixels.extent(2)));
    return {{m_count, m_pixels.extent(1), m_pixels.extent(2)}, std::vector<cfloat>(used.begin(), used.end())};
}

void MaskBuilder::add(const ResolvedMask& resolved) {
    m_keptAcquired += 1 / resolved.acquired;
    m_keptTotal += 1 / resolved.total;
    ++m_count;
    if (m_masks.empty()) {
        m_masks.push_back(resolved.mask);
    } else if (m_masks.size() > 1 || m_masks.front() != resolved.mask) {
        const SamplingMask shared = m_masks.front();
        m_masks.resize(static_cast<std::size_t>(std::max<std::int64_t>(m_count - 1, static_cast<std::int64_t>(m_masks.size()))), shared);
        m_masks.push_back(resolved.mask);
    }
}

std::string MaskBuilder::hash() const {
    std::vector<std::uint8_t> bytes;
    for (const auto& mask : m_masks) bytes.insert(bytes.end(), mask.samples().values().begin(), mask.samples().values().end());
    return sha256(bytes);
}

double MaskBuilder::acquired() const { return static_cast<double>(m_count) / m_keptAcquired; }
double MaskBuilder::total() const { return static_cast<double>(m_count) / m_keptTotal; }

}  // namespace larmor::session
