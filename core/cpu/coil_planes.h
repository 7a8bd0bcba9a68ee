#pragma once
// Work that goes coil by coil through a plane of its own: what is added up over the coils is added in their order, so that the bytes do not
// depend on the number of threads, and no more planes are held than there are threads.

#include <cstdint>
#include <functional>
#include <vector>

#include "core/cpu/fft.h"

namespace larmor::cpu {

/// Serves one thread at a time.
class CoilPlanes {
public:
    CoilPlanes(std::int64_t coils, std::int64_t rows, std::int64_t columns) : m_coils(coils), m_rows(rows), m_columns(columns) {}

    /// For each coil fills its plane, several at a time; then adds it row by row.
    /// @param fill  of a coil, a plane that still holds another coil's
    /// @param add   of a coil, its filled plane, and the rows [begin, end) to add; never two for the same rows at a time
    void run(const std::function<void(std::int64_t coil, cfloat* plane)>& fill,
             const std::function<void(std::int64_t coil, const cfloat* plane, std::int64_t begin, std::int64_t end)>& add) const;

private:
    std::int64_t m_coils, m_rows, m_columns;
    mutable std::vector<std::vector<cfloat>> m_planes;
};

/// Fills a plane with the inverse transform of centred k-space of one coil, where `mask` is: its origin is at index 0, its scale orthonormal.
/// @param mask  [rows, columns], or null for all
void inverseAtOrigin(const cfloat* kspace, const std::uint8_t* mask, cfloat* plane, std::int64_t rows, std::int64_t columns);

/// Calls row(begin of the part in the centred image, the part in a plane with its origin at index 0, length) for the two parts of centred row `row`.
template <class Part>
void overOriginRow(const cfloat* plane, std::int64_t row, std::int64_t rows, std::int64_t columns, const Part& part) {
    const cfloat* from = plane + originIndex(row, rows) * columns;
    const std::int64_t head = columns / 2;
    part(0, from + (columns - head), head);
    part(head, from, columns - head);
}

}  // namespace larmor::cpu
