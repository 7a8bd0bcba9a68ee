#include "core/cpu/fft.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/cpu/clones.h"
#include "core/cpu/complex_rows.h"
#include "core/cpu/workers.h"

namespace larmor::cpu {

namespace {

LARMOR_CLONES void scaledCopy(const float* source, std::int64_t count, float* target, float factor) {
    for (std::int64_t i = 0; i < count; ++i) target[i] = source[i] * factor;
}

void scaledCopy(const cfloat* source, std::int64_t count, cfloat* target, float factor) {
    scaledCopy(parts(source), 2 * count, parts(target), factor);
}

/// target[i] = source[(i + turn) mod n] in both dimensions.
void turnedCopy(const cfloat* source, cfloat* target, std::int64_t rows, std::int64_t columns, std::int64_t rowTurn, std::int64_t columnTurn,
                float factor) {
    for (std::int64_t row = 0; row < rows; ++row) {
        const cfloat* from = source + (row + rowTurn) % rows * columns;
        cfloat* to = target + row * columns;
        scaledCopy(from + columnTurn, columns - columnTurn, to, factor);
        scaledCopy(from, columnTurn, to + columns - columnTurn, factor);
    }
}

/// Planes of one row or one column are lines: they go side by side.
void transformFlat(const cfloat* x, cfloat* result, std::int64_t lines, std::int64_t points, float factor, Direction direction) {
    for (std::int64_t i = 0; i < lines; ++i) turnedCopy(x + i * points, result + i * points, 1, points, 0, points / 2, factor);
    transformLines(result, {lines, points, points, 1}, direction);
    for (std::int64_t i = 0; i < lines; ++i) std::rotate(result + i * points, result + i * points + (points + 1) / 2, result + (i + 1) * points);
}

void transformPlanes(const cfloat* x, cfloat* result, std::int64_t planes, std::int64_t rows, std::int64_t columns, float factor, Direction direction) {
    std::vector<cfloat> plane(static_cast<std::size_t>(rows * columns));
    for (std::int64_t i = 0; i < planes; ++i) {
        const std::int64_t at = i * rows * columns;
        shiftToOrigin(x + at, plane.data(), rows, columns, factor);
        transformPlane(plane.data(), rows, columns, direction);
        turnedCopy(plane.data(), result + at, rows, columns, (rows + 1) / 2 % rows, (columns + 1) / 2 % columns, 1);
    }
}

}  // namespace

void transformPlane(cfloat* plane, std::int64_t rows, std::int64_t columns, Direction direction) {
    transformLines(plane, {rows, columns, columns, 1}, direction);
    transformLines(plane, {columns, 1, rows, columns}, direction);
}

void shiftToOrigin(const cfloat* source, cfloat* target, std::int64_t rows, std::int64_t columns, float factor) {
    turnedCopy(source, target, rows, columns, rows / 2, columns / 2, factor);
}

ComplexArray centredTransform(const ComplexArray& x, Direction direction) {
    if (x.rank() < 2) throw ShapeError("transform input", "at least two dimensions", toText(x.shape()));
    ComplexArray result(x.shape());
    if (x.empty()) return result;
    const std::int64_t rows = x.extent(x.rank() - 2), columns = x.extent(x.rank() - 1), plane = rows * columns;
    const auto factor = static_cast<float>(1 / std::sqrt(static_cast<double>(plane)));
    const std::int64_t planes = x.size() / plane, share = (planes + threads() - 1) / threads();
    parallelOver(planes, share, [&](std::int64_t begin, std::int64_t end) {
        const cfloat* const from = x.data() + begin * plane;
        cfloat* const to = result.data() + begin * plane;
        if (rows == 1 || columns == 1)
            transformFlat(from, to, end - begin, plane, factor, direction);
        else
            transformPlanes(from, to, end - begin, rows, columns, factor, direction);
    });
    return result;
}

}  // namespace larmor::cpu
