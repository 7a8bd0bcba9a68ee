#include "core/cpu/coil_planes.h"

#include <algorithm>
#include <cmath>

#include "core/cpu/workers.h"

namespace larmor::cpu {

void CoilPlanes::run(const std::function<void(std::int64_t, cfloat*)>& fill,
                     const std::function<void(std::int64_t, const cfloat*, std::int64_t, std::int64_t)>& add) const {
    const std::int64_t atOnce = std::min<std::int64_t>(threads(), m_coils), share = std::max<std::int64_t>(1, (m_rows + threads() - 1) / threads());
    while (static_cast<std::int64_t>(m_planes.size()) < atOnce) m_planes.emplace_back(static_cast<std::size_t>(m_rows * m_columns));
    for (std::int64_t first = 0; first < m_coils; first += atOnce) {
        const std::int64_t count = std::min(atOnce, m_coils - first);
        parallelFor(count, [&](std::int64_t i) { fill(first + i, m_planes[static_cast<std::size_t>(i)].data()); });
        parallelOver(m_rows, share, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = 0; i < count; ++i) add(first + i, m_planes[static_cast<std::size_t>(i)].data(), begin, end);
        });
    }
}

void inverseAtOrigin(const cfloat* kspace, const std::uint8_t* mask, cfloat* plane, std::int64_t rows, std::int64_t columns) {
    const auto factor = static_cast<float>(1 / std::sqrt(static_cast<double>(rows * columns)));
    shiftToOrigin(kspace, plane, rows, columns, factor);
    if (mask)
        for (std::int64_t row = 0; row < rows; ++row) {
            cfloat* const target = plane + originIndex(row, rows) * columns;
            for (std::int64_t column = 0; column < columns; ++column)
                if (!mask[row * columns + column]) target[originIndex(column, columns)] = 0;
        }
    transformPlane(plane, rows, columns, Direction::Inverse);
}

}  // namespace larmor::cpu
