#pragma once
#include "core/base/array.h"

namespace larmor::cpu {

/// [coil, readout, phase], k-space or maps, that lie in memory as an array's do, wherever they are.
struct KspaceView {
    KspaceView(const cfloat* first, std::int64_t coilCount, std::int64_t rowCount, std::int64_t columnCount)
        : values(first), coils(coilCount), rows(rowCount), columns(columnCount) {}
    /// @throws ShapeError
    KspaceView(const ComplexArray& kspace) : values(kspace.data()) {  // NOLINT(google-explicit-constructor)
        checkShape(kspace.shape(), {-1, -1, -1}, "k-space");
        coils = kspace.extent(0);
        rows = kspace.extent(1);
        columns = kspace.extent(2);
    }
    [[nodiscard]] const cfloat* row(std::int64_t coil, std::int64_t index) const { return values + (coil * rows + index) * columns; }

    const cfloat* values;
    std::int64_t coils = 0, rows = 0, columns = 0;
};

}  // namespace larmor::cpu
