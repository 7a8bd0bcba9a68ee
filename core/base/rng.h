#pragma once
// Counter-based random numbers: the same (seed, stream) gives the same sequence on every platform and in any order of work,
// so batching or threading never changes a result. Philox4x32-10 [Salmon et al., SC 2011].

#include <cstdint>

#include "core/base/export.h"

namespace larmor {

class LARMOR_BASE_EXPORT NoiseSource {
public:
    /// @param seed    what the person chose; @param stream  separates slices, iterations, coils ... of one seed.
    explicit NoiseSource(std::uint64_t seed, std::uint64_t stream = 0);

    [[nodiscard]] std::uint32_t bits();
    [[nodiscard]] double uniform();                          ///< [0, 1), 53 bits
    [[nodiscard]] std::int64_t below(std::int64_t bound);    ///< 0 .. bound-1 without bias; bound >= 1
    [[nodiscard]] double normal();                           ///< mean 0, variance 1 (Box-Muller)

private:
    void refill();

    std::uint64_t m_seed, m_stream, m_block = 0;
    std::uint32_t m_words[4] = {};
    int m_used = 4;
    double m_spareNormal = 0;
    bool m_hasSpare = false;
};

}  // namespace larmor
