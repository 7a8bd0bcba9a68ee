#pragma once
// One 2D pane: complex pixels and a display state in, coloured pixels out. On the CPU (VTK's imaging filters), without any display.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/data/geometry.h"

namespace larmor::render {

enum class Component { Magnitude, Phase, Real, Imaginary, LogMagnitude };
enum class ColourMap { Grey, Magma, Viridis, PhaseWheel, Diverging };

struct DisplayState {
    Component component = Component::Magnitude;
    ColourMap colours = ColourMap::Grey;
    double window = 1, level = 0.5;  ///< in the units of the component; Phase: radians; LogMagnitude: decades (log10)
    double zoom = 1;                 ///< 1: the whole image fits the pane
    double centreRow = 0.5, centreColumn = 0.5;  ///< point of the image in the middle of the pane, as a fraction of its extent
    double pixelAspect = 1;          ///< height of a pixel / width of a pixel (readoutMm / phaseMm)
    friend bool operator==(const DisplayState&, const DisplayState&) = default;
};

/// BGRA8, the order that windows are painted in, rows from the top. The pixels stay alive with the frame.
struct Frame {
    int width = 0, height = 0;
    std::shared_ptr<const std::uint8_t> bgra;  ///< bytes() of them; null: a frame without pixels
    [[nodiscard]] std::size_t bytes() const { return 4 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

/// Where the image lies in the pane: pane x = originX + (column + 0.5) * scaleX, pane y = originY + (row + 0.5) * scaleY, in device pixels.
struct Placement { double originX = 0, originY = 0, scaleX = 1, scaleY = 1; };

class SliceView {
public:
    SliceView();
    ~SliceView();
    SliceView(SliceView&&) noexcept;
    SliceView& operator=(SliceView&&) noexcept;

    /// @param image [rows, columns]
    void setImage(std::shared_ptr<const ComplexArray> image);
    [[nodiscard]] bool hasImage() const;
    /// The pane at this size in device pixels. Nearest neighbour beyond 4 screen pixels an image pixel, else linear.
    [[nodiscard]] Frame render(const DisplayState& state, int width, int height);
    [[nodiscard]] Placement placement(const DisplayState& state, int width, int height) const;
    /// Window and level that show the component well: 0 .. 99.5 percentile for magnitude, -pi .. pi for phase ...
    [[nodiscard]] std::pair<double, double> autoWindow(Component component) const;
    /// Value of a component at a pixel. NaN outside.
    [[nodiscard]] double value(Component component, std::int64_t row, std::int64_t column) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// 256 RGB entries of a colour map, for colour bars.
[[nodiscard]] const std::vector<std::uint8_t>& colourTable(ColourMap map);

/// A montage of [n, rows, columns] as one image: `columnsOfTiles` tiles a row.
[[nodiscard]] ComplexArray montage(const ComplexArray& stack, std::int64_t columnsOfTiles);

/// A picture at image resolution: [rows, columns] float -> BGRA, window and level applied. For PNG export and thumbnails.
[[nodiscard]] Frame toFrame(const RealArray& image, double window, double level, ColourMap map);

}  // namespace larmor::render
