#pragma once
// The eigenvectors of ESPIRiT's matrices, pixel by pixel.

#include <vector>

#include "core/base/array.h"
#include "core/base/export.h"

namespace larmor::cpu {

/// For pixels that lie side by side the Hermitian matrices G of ESPIRiT, from the lag covariance, and their largest eigenvalues with their
/// vectors, by subspace iteration from those of the row before: sensitivities hardly change from one to the next. One more vector than asked
/// for goes along, begun anew in each row from the heaviest column of G, so that a pair of eigenvalues that cross is noticed.
class LARMOR_CPU_EXPORT PixelEigenvectors {
public:
    static constexpr std::int64_t kPixels = 16;  ///< at once

    /// @param lags  [coil, coil, terms, terms] @param sets  eigenvectors wanted, 1 or 2
    PixelEigenvectors(const ComplexArray& lags, std::int64_t readout, std::int64_t phase, std::int64_t sets);

    /// What belongs to kPixels columns from `column` on, of as many rows as follow each other; one a thread.
    class LARMOR_CPU_EXPORT Strip {
    public:
        Strip(const PixelEigenvectors& all, std::int64_t column);
        /// Computes those of a row; the rows of a strip are asked for in their order.
        void advance(std::int64_t row);
        /// Zero for a set that is one more than there are coils.
        [[nodiscard]] cfloat vector(std::int64_t set, std::int64_t coil, std::int64_t pixel) const {
            if (set >= m_all.m_vectorsHeld) return 0;
            const std::size_t at = static_cast<std::size_t>(((set * m_all.m_coils + coil) * 2) * kPixels + pixel);
            return {m_vectors[at], m_vectors[at + kPixels]};
        }
        /// Not clamped: noise brings some above 1.
        [[nodiscard]] float value(std::int64_t set, std::int64_t pixel) const {
            return set < m_all.m_vectorsHeld ? m_values[static_cast<std::size_t>(set * kPixels + pixel)] : 0;
        }

    private:
        void assemble(std::int64_t row);
        void takeAll();
        void addHeaviestColumn();
        void iterate(int times);
        void rotateToEigenvectors();

        const PixelEigenvectors& m_all;
        std::vector<float> m_table;    ///< [term, pair, 2, pixel]: the series over the columns, summed
        std::vector<float> m_G;        ///< [pair, 2, pixel]
        std::vector<float> m_vectors;  ///< [vector, coil, 2, pixel]
        std::vector<float> m_images;   ///< G of them
        std::vector<float> m_values;   ///< [vector, pixel]
        std::vector<float> m_squares;  ///< [coil, pixel]: of the columns of G
        bool m_begun = false;
    };

private:
    ComplexArray m_lags;
    std::int64_t m_coils, m_terms, m_pairs, m_vectorsHeld;
    std::vector<cfloat> m_rowSeries, m_columnSeries;  ///< [point, term]
};

}  // namespace larmor::cpu
