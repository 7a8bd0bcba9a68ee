#include "core/cpu/sense_operator.h"

#include <algorithm>
#include <cmath>

#include "core/cpu/complex_rows.h"
#include "core/cpu/workers.h"

namespace larmor::cpu {

namespace {
constexpr std::int64_t kRowsAtOnce = 16;  ///< of a coil: they stay in the cache between the transforms

bool isSameInEveryRow(const ByteArray& kept) {
    if (kept.rank() != 2 || kept.empty()) return false;
    const auto first = kept.block(0);
    for (std::int64_t row = 1; row < kept.extent(0); ++row)
        if (!std::equal(first.begin(), first.end(), kept.block(row).begin(), [](auto a, auto b) { return (a != 0) == (b != 0); })) return false;
    return true;
}

/// Planes [rows, columns] of a mask one after the other, each with its zero frequency at index 0.
std::vector<float> weightsOf(const std::uint8_t* kept, std::int64_t planes, std::int64_t rows, std::int64_t columns) {
    std::vector<float> weights(static_cast<std::size_t>(planes * rows * columns));
    const float scale = 1.0F / static_cast<float>(rows * columns);
    for (std::int64_t row = 0; row < planes * rows; ++row) {
        const std::int64_t target = row / rows * rows + originIndex(row % rows, rows);
        for (std::int64_t column = 0; column < columns; ++column)
            weights[static_cast<std::size_t>(target * columns + originIndex(column, columns))] = kept[row * columns + column] ? scale : 0;
    }
    return weights;
}
}  // namespace

SenseOperator::SenseOperator(const ComplexArray& maps, const ByteArray& kept)
    : m_maps(maps),
      m_kept(kept),
      m_sets(maps.rank() == 4 ? maps.extent(0) : 1),
      m_coils(maps.rank() < 3 ? 0 : maps.extent(maps.rank() - 3)),
      m_rows(maps.rank() < 3 ? 0 : maps.extent(maps.rank() - 2)),
      m_columns(maps.rank() < 3 ? 0 : maps.extent(maps.rank() - 1)),
      m_plane(m_rows * m_columns),
      m_wholeLines(m_sets == 1 && isSameInEveryRow(kept)),
      m_planes(m_coils, m_rows, m_columns) {
    checkShape(maps.shape(), maps.rank() == 4 ? Shape{-1, -1, -1, -1} : Shape{-1, -1, -1}, "coil maps");
    checkShape(kept.shape(), kept.rank() == 3 ? Shape{m_coils, m_rows, m_columns} : Shape{m_rows, m_columns}, "mask");
    m_weights = weightsOf(kept.data(), kept.rank() == 3 ? m_coils : 1, m_wholeLines ? 1 : m_rows, m_columns);
}

Shape SenseOperator::domain() const {
    return hasSets() ? Shape{m_sets, m_rows, m_columns} : Shape{m_rows, m_columns};
}

void SenseOperator::seen(const ComplexArray& image, std::int64_t coil, std::int64_t begin, std::int64_t count, cfloat* plane) const {
    multiplyRow(plane, mapsOf(0, coil) + begin, image.data() + begin, count);
    for (std::int64_t set = 1; set < m_sets; ++set) addProduct(plane, mapsOf(set, coil) + begin, image.data() + set * m_plane + begin, count);
}

void SenseOperator::addToSets(ComplexArray& sum, std::int64_t coil, std::int64_t begin, std::int64_t count, const cfloat* plane) const {
    for (std::int64_t set = 0; set < m_sets; ++set) addConjugateProduct(sum.data() + set * m_plane + begin, mapsOf(set, coil) + begin, plane, count);
}

ComplexArray SenseOperator::adjoint(const ComplexArray& kspace) const {
    checkShape(kspace.shape(), {m_coils, m_rows, m_columns}, "k-space");
    ComplexArray sum(domain());
    m_planes.run(
        [&](std::int64_t coil, cfloat* plane) {
            inverseAtOrigin(kspace.data() + coil * m_plane, m_kept.data() + keptOffset(coil), plane, m_rows, m_columns);
        },
        [&](std::int64_t coil, const cfloat* plane, std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row)
                overOriginRow(plane, row, m_rows, m_columns, [&](std::int64_t column, const cfloat* values, std::int64_t count) {
                    addToSets(sum, coil, row * m_columns + column, count, values);
                });
        });
    return sum;
}

ComplexArray SenseOperator::normal(const ComplexArray& image) const {
    checkShape(image.shape(), domain(), "image");
    ComplexArray sum(domain());
    if (m_wholeLines)
        normalByRows(image, sum);
    else
        normalByCoil(image, sum);
    return sum;
}

// F^H M F turns with what it is given, whichever index counts as the origin: no shift is needed in either.

void SenseOperator::normalByRows(const ComplexArray& image, ComplexArray& sum) const {
    const std::int64_t parts = (m_rows + kRowsAtOnce - 1) / kRowsAtOnce, share = (parts + threads() - 1) / threads();
    parallelOver(parts, share, [&](std::int64_t first, std::int64_t last) {
        std::vector<cfloat> lines(static_cast<std::size_t>(kRowsAtOnce * m_columns));
        for (std::int64_t part = first; part < last; ++part) {
            const std::int64_t row = part * kRowsAtOnce, rows = std::min(kRowsAtOnce, m_rows - row), begin = row * m_columns, count = rows * m_columns;
            for (std::int64_t coil = 0; coil < m_coils; ++coil) {
                seen(image, coil, begin, count, lines.data());
                transformLines(lines.data(), {rows, m_columns, m_columns, 1}, Direction::Forward);
                for (std::int64_t i = 0; i < rows; ++i) weigh(lines.data() + i * m_columns, m_weights.data(), m_columns);
                transformLines(lines.data(), {rows, m_columns, m_columns, 1}, Direction::Inverse);
                addToSets(sum, coil, begin, count, lines.data());
            }
        }
    });
}

void SenseOperator::normalByCoil(const ComplexArray& image, ComplexArray& sum) const {
    m_planes.run(
        [&](std::int64_t coil, cfloat* plane) {
            seen(image, coil, 0, m_plane, plane);
            transformPlane(plane, m_rows, m_columns, Direction::Forward);
            weigh(plane, m_weights.data() + keptOffset(coil), m_plane);
            transformPlane(plane, m_rows, m_columns, Direction::Inverse);
        },
        [&](std::int64_t coil, const cfloat* plane, std::int64_t begin, std::int64_t end) {
            addToSets(sum, coil, begin * m_columns, (end - begin) * m_columns, plane + begin * m_columns);
        });
}

}  // namespace larmor::cpu
