#pragma once
// Any array, up to 16 dimensions, looked at through two of its axes; a third may be laid out as a montage.

#include <optional>
#include <vector>

#include "core/base/io/array_file.h"

namespace larmor::session {

/// Axes count as in ArrayEntry::shape, slowest first.
struct PlaneChoice {
    std::size_t rowAxis = 0, columnAxis = 0;
    std::optional<std::size_t> montageAxis;
    Shape index;  ///< one value an axis; those of the axes on screen do not matter

    /// The last two axes longer than 1 on screen, the middle of all others.
    static PlaneChoice initial(const Shape& shape);
    /// Puts `axis` on the rows (or columns, or the montage) and gives the axis that was there the other's old place.
    void setRowAxis(std::size_t axis);
    void setColumnAxis(std::size_t axis);
    void setMontageAxis(std::optional<std::size_t> axis);
    friend bool operator==(const PlaneChoice&, const PlaneChoice&) = default;
};

/// [tiles, rows, columns]; one tile without a montage axis. Arrays of one dimension are shown as one row: `rowAxis` then equals `columnAxis`.
/// A montage longer than `maximumTiles` shows every n-th index. @throws IoError, ShapeError
[[nodiscard]] ComplexArray readPlane(const io::ArrayFile& file, const io::ArrayEntry& entry, const PlaneChoice& choice,
                                     std::int64_t maximumTiles = 64);

}  // namespace larmor::session
