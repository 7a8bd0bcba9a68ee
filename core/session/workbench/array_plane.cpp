#include "core/session/workbench/array_plane.h"

#include <algorithm>
#include <numeric>

namespace larmor::session {

PlaneChoice PlaneChoice::initial(const Shape& shape) {
    PlaneChoice choice;
    choice.index.assign(shape.size(), 0);
    std::transform(shape.begin(), shape.end(), choice.index.begin(), [](std::int64_t n) { return n / 2; });
    if (shape.size() < 2) return choice;
    std::vector<std::size_t> axes(shape.size());
    std::iota(axes.begin(), axes.end(), std::size_t{0});
    std::stable_sort(axes.begin(), axes.end(), [&](std::size_t a, std::size_t b) {
        const bool wideA = shape[a] > 1, wideB = shape[b] > 1;
        return wideA != wideB ? wideA : a > b;
    });
    choice.rowAxis = std::min(axes[0], axes[1]);
    choice.columnAxis = std::max(axes[0], axes[1]);
    return choice;
}

void PlaneChoice::setRowAxis(std::size_t axis) {
    if (axis == columnAxis) columnAxis = rowAxis;
    if (montageAxis == axis) montageAxis = rowAxis;
    rowAxis = axis;
}

void PlaneChoice::setColumnAxis(std::size_t axis) {
    if (axis == rowAxis) rowAxis = columnAxis;
    if (montageAxis == axis) montageAxis = columnAxis;
    columnAxis = axis;
}

void PlaneChoice::setMontageAxis(std::optional<std::size_t> axis) {
    if (axis && (*axis == rowAxis || *axis == columnAxis)) return;
    montageAxis = axis;
}

namespace {

/// A box [.. row .. column ..] of ones elsewhere, brought to [rows, columns].
ComplexArray toRowsAndColumns(ComplexArray box, const PlaneChoice& choice, std::int64_t rows, std::int64_t columns) {
    if (choice.rowAxis <= choice.columnAxis) return std::move(box).reshaped({rows, columns});
    ComplexArray turned(Shape{rows, columns});
    for (std::int64_t c = 0; c < columns; ++c)
        for (std::int64_t r = 0; r < rows; ++r) turned(r, c) = box[c * rows + r];
    return turned;
}

std::vector<std::int64_t> tileIndices(std::int64_t length, std::int64_t maximum) {
    const std::int64_t step = (length + maximum - 1) / maximum;
    std::vector<std::int64_t> tiles;
    for (std::int64_t i = 0; i < length; i += std::max<std::int64_t>(step, 1)) tiles.push_back(i);
    return tiles;
}

}  // namespace

ComplexArray readPlane(const io::ArrayFile& file, const io::ArrayEntry& entry, const PlaneChoice& choice, std::int64_t maximumTiles) {
    const Shape& shape = entry.shape;
    if (shape.size() < 2 || choice.rowAxis == choice.columnAxis) {
        ComplexArray line = file.read(entry.name);
        const std::int64_t size = line.size();
        return std::move(line).reshaped({1, 1, size});
    }
    Shape start = choice.index, count(shape.size(), 1);
    start.resize(shape.size(), 0);
    start[choice.rowAxis] = start[choice.columnAxis] = 0;
    const std::int64_t rows = count[choice.rowAxis] = shape[choice.rowAxis];
    const std::int64_t columns = count[choice.columnAxis] = shape[choice.columnAxis];
    const auto tiles = choice.montageAxis ? tileIndices(shape[*choice.montageAxis], maximumTiles) : std::vector<std::int64_t>{-1};
    ComplexArray stack(Shape{static_cast<std::int64_t>(tiles.size()), rows, columns});
    for (std::size_t t = 0; t < tiles.size(); ++t) {
        if (choice.montageAxis) start[*choice.montageAxis] = tiles[t];
        const ComplexArray tile = toRowsAndColumns(file.read(entry.name, start, count), choice, rows, columns);
        std::copy_n(tile.data(), tile.size(), stack.block(static_cast<std::int64_t>(t)).data());
    }
    return stack;
}

}  // namespace larmor::session
