#pragma once
// What wavelet transforms and their shrinkage need beside the arithmetic.

#include <cstdint>
#include <vector>

#include "core/base/export.h"
#include "core/base/rng.h"

namespace larmor::solvers {

/// How often an image can be halved, as long as the half is no smaller than `minimumSize`, and the frame of zeros that it needs for that.
struct WaveletFrame {
    std::int64_t levels = 0, rows = 0, columns = 0;
};
/// @throws ShapeError on an empty image
[[nodiscard]] LARMOR_BASE_EXPORT WaveletFrame waveletFrame(std::int64_t readout, std::int64_t phase, std::int64_t minimumSize = 16);

/// Cyclic shifts for cycle spinning [Coifman & Donoho 1995], drawn at random, none twice before all have been: where there are only 16, that
/// ends 2 to 5 % nearer to the reference.
class LARMOR_BASE_EXPORT CycleShifts {
public:
    struct Shift {
        std::int64_t rows = 0, columns = 0;
    };
    /// @param levels  of the transform: shifts by a multiple of its coarsest step change nothing
    /// @param random  false: no shift ever, which leaves blocky traces
    CycleShifts(std::int64_t levels, bool random, NoiseSource source);
    [[nodiscard]] Shift next();

private:
    std::int64_t m_period;
    bool m_random;
    NoiseSource m_source;
    std::vector<std::int64_t> m_left;  ///< places that have not been yet
};

}  // namespace larmor::solvers
