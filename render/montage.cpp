#include <algorithm>
#include <cmath>

#include "render/slice_view.h"

namespace larmor::render {

ComplexArray montage(const ComplexArray& stack, std::int64_t columnsOfTiles) {
    if (stack.rank() != 3) throw ShapeError("montage", "[n, rows, columns]", toText(stack.shape()));
    const std::int64_t count = stack.extent(0), rows = stack.extent(1), columns = stack.extent(2);
    const std::int64_t across = std::clamp<std::int64_t>(columnsOfTiles, 1, std::max<std::int64_t>(count, 1));
    const std::int64_t down = (count + across - 1) / across;
    ComplexArray tiles(Shape{down * rows, across * columns});
    for (std::int64_t tile = 0; tile < count; ++tile) {
        const std::int64_t top = tile / across * rows, left = tile % across * columns;
        for (std::int64_t row = 0; row < rows; ++row)
            std::copy_n(&stack(tile, row, std::int64_t{0}), columns, &tiles(top + row, left));
    }
    return tiles;
}

Frame toFrame(const RealArray& image, double window, double level, ColourMap map) {
    if (image.rank() != 2) throw ShapeError("picture", "[rows, columns]", toText(image.shape()));
    const auto& table = colourTable(map);
    const double width = std::max(std::abs(window), 1e-30), bottom = level - width / 2;
    Frame frame{static_cast<int>(image.extent(1)), static_cast<int>(image.extent(0)), nullptr};
    const std::shared_ptr<std::uint8_t> pixels(new std::uint8_t[frame.bytes()], std::default_delete<std::uint8_t[]>());
    auto* next = pixels.get();
    for (const float value : image.values()) {
        const double position = std::isnan(value) ? 0 : std::clamp((value - bottom) / width, 0.0, 1.0);
        const auto* entry = table.data() + 3 * std::min(255, static_cast<int>(position * 256));
        for (const std::uint8_t byte : {entry[2], entry[1], entry[0], std::uint8_t{255}}) *next++ = byte;
    }
    frame.bgra = pixels;
    return frame;
}

}  // namespace larmor::render
