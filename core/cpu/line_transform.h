#pragma once
// Discrete Fourier transforms of many lines side by side.

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/array.h"
#include "core/base/export.h"

namespace larmor::cpu {

enum class Direction { Forward, Inverse };

/// Lines in memory: element p of line l is at l * lineStride + p * pointStride.
struct Lines {
    std::int64_t count = 0, lineStride = 0;
    std::int64_t points = 0, pointStride = 0;
};

/// Each line in place: exp(-2 pi i ...) forward, its conjugate inverse; no factor, no shift. Any length: mixed radices by Stockham's self-sorting
/// scheme [Cochran et al. 1967; Temperton 1983], and a convolution where a prime factor is large [Bluestein 1970]. The work of a line does not
/// depend on the others; sixteen go side by side, one in each lane of the processor's vectors.
LARMOR_CPU_EXPORT void transformLines(cfloat* data, const Lines& lines, Direction direction);

}  // namespace larmor::cpu
