#pragma once
#include "core/base/data/image.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// Collects finished slices into one stack, allocated once; a run that stops early keeps what is there.
class ImageBuilder {
public:
    ImageBuilder(std::int64_t slices, const Matrix& matrix);
    void add(const ComplexArray& image);
    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] ComplexArray take();

private:
    ComplexArray m_pixels;
    std::int64_t m_count = 0;
};

/// The masks of a job: one as long as all slices share it, else one a slice; with the acceleration over all of them.
class MaskBuilder {
public:
    void add(const ResolvedMask& resolved);
    [[nodiscard]] std::vector<SamplingMask> take() { return std::move(m_masks); }
    /// SHA-256 of the bytes of the masks that are kept, one after the other.
    [[nodiscard]] std::string hash() const;
    [[nodiscard]] double acquired() const;
    [[nodiscard]] double total() const;

private:
    std::vector<SamplingMask> m_masks;
    std::int64_t m_count = 0;
    double m_keptAcquired = 0, m_keptTotal = 0;  // sums of 1/R
};

}  // namespace larmor::session
