#include "core/cpu/wavelet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/cpu/clones.h"
#include "core/cpu/complex_rows.h"
#include "core/cpu/workers.h"

namespace larmor::cpu {

namespace {
constexpr float kRoot2 = 1.41421356237309504880F, kRoot3 = 1.73205080756887729353F;
constexpr float kLow = (kRoot3 - 1) / kRoot2, kHigh = (kRoot3 + 1) / kRoot2;  ///< the last, scaling step of the lifting
constexpr std::int64_t kStrip = 32;  ///< columns that are worked on together: a strip of all rows stays in the cache
constexpr std::int64_t kRowsATask = 16;

// Lifting works on groups of numbers that lie together: group i of a line is `width` floats. Along phase a group is one complex number, along the
// readout those of a strip of columns in one row.

/// One step of lifting: groups[i] += a others[i] + b others[i + shift], cyclically.
LARMOR_CLONES void lift(float* __restrict groups, const float* __restrict others, std::int64_t count, std::int64_t width, std::int64_t shift, float a, float b) {
    const std::int64_t n = count * width, edge = width;
    const std::int64_t head = shift < 0 ? edge : 0, tail = shift > 0 ? n - edge : n;
    const float* const moved = others + shift * width;
    for (std::int64_t i = head; i < tail; ++i) groups[i] += a * others[i] + b * moved[i];
    if (shift < 0)
        for (std::int64_t i = 0; i < edge; ++i) groups[i] += a * others[i] + b * others[n - edge + i];
    if (shift > 0)
        for (std::int64_t i = 0; i < edge; ++i) groups[n - edge + i] += a * others[n - edge + i] + b * others[i];
}

LARMOR_CLONES void scale(float* values, std::int64_t count, float factor) {
    for (std::int64_t i = 0; i < count; ++i) values[i] *= factor;
}

/// low and high are `count` groups each: the even and the odd ones before, the two bands after.
void analyseGroups(float* low, float* high, std::int64_t count, std::int64_t width) {
    lift(low, high, count, width, 0, kRoot3, 0);
    lift(high, low, count, width, -1, -kRoot3 / 4, -(kRoot3 - 2) / 4);
    lift(low, high, count, width, 1, 0, -1);
    scale(low, count * width, kLow);
    scale(high, count * width, kHigh);
}

void synthesiseGroups(float* low, float* high, std::int64_t count, std::int64_t width) {
    scale(low, count * width, 1 / kLow);
    scale(high, count * width, 1 / kHigh);
    lift(low, high, count, width, 1, 0, 1);
    lift(high, low, count, width, -1, kRoot3 / 4, (kRoot3 - 2) / 4);
    lift(low, high, count, width, 0, -kRoot3, 0);
}

/// Buffers for both bands of a line of `length` groups.
struct Bands {
    Bands(std::int64_t length, std::int64_t columns) : half(length / 2), width(columns), low(static_cast<std::size_t>(half * columns)), high(low.size()) {}
    std::int64_t half, width;
    std::vector<cfloat> low, high;

    [[nodiscard]] cfloat* lowAt(std::int64_t i) { return low.data() + i * width; }
    [[nodiscard]] cfloat* highAt(std::int64_t i) { return high.data() + i * width; }
    void analyse() { analyseGroups(parts(low.data()), parts(high.data()), half, 2 * width); }
    void synthesise() { synthesiseGroups(parts(low.data()), parts(high.data()), half, 2 * width); }
};

void analyseRow(cfloat* row, Bands& bands) {
    for (std::int64_t i = 0; i < bands.half; ++i) {
        *bands.lowAt(i) = row[2 * i];
        *bands.highAt(i) = row[2 * i + 1];
    }
    bands.analyse();
    std::copy(bands.low.begin(), bands.low.end(), row);
    std::copy(bands.high.begin(), bands.high.end(), row + bands.half);
}

void synthesiseRow(cfloat* row, Bands& bands) {
    std::copy_n(row, bands.half, bands.low.begin());
    std::copy_n(row + bands.half, bands.half, bands.high.begin());
    bands.synthesise();
    for (std::int64_t i = 0; i < bands.half; ++i) {
        row[2 * i] = *bands.lowAt(i);
        row[2 * i + 1] = *bands.highAt(i);
    }
}

void analyseStrip(cfloat* first, std::int64_t stride, std::int64_t columns, Bands& bands) {
    for (std::int64_t i = 0; i < bands.half; ++i) {
        std::copy_n(first + 2 * i * stride, columns, bands.lowAt(i));
        std::copy_n(first + (2 * i + 1) * stride, columns, bands.highAt(i));
    }
    bands.analyse();
    for (std::int64_t i = 0; i < bands.half; ++i) {
        std::copy_n(bands.lowAt(i), columns, first + i * stride);
        std::copy_n(bands.highAt(i), columns, first + (bands.half + i) * stride);
    }
}

void synthesiseStrip(cfloat* first, std::int64_t stride, std::int64_t columns, Bands& bands) {
    for (std::int64_t i = 0; i < bands.half; ++i) {
        std::copy_n(first + i * stride, columns, bands.lowAt(i));
        std::copy_n(first + (bands.half + i) * stride, columns, bands.highAt(i));
    }
    bands.synthesise();
    for (std::int64_t i = 0; i < bands.half; ++i) {
        std::copy_n(bands.lowAt(i), columns, first + 2 * i * stride);
        std::copy_n(bands.highAt(i), columns, first + (2 * i + 1) * stride);
    }
}

template <class Row>
void overRows(cfloat* image, std::int64_t stride, std::int64_t rows, std::int64_t columns, const Row& row) {
    parallelOver(rows, std::max(kRowsATask, (rows + threads() - 1) / threads()), [&](std::int64_t begin, std::int64_t end) {
        Bands bands(columns, 1);
        for (std::int64_t i = begin; i < end; ++i) row(image + i * stride, bands);
    });
}

template <class Strip>
void overStrips(cfloat* image, std::int64_t rows, std::int64_t columns, const Strip& strip) {
    parallelOver(columns, kStrip, [&](std::int64_t begin, std::int64_t end) {
        Bands bands(rows, end - begin);
        strip(image + begin, end - begin, bands);
    });
}

/// The image in its frame, turned cyclically; and back.
void turnIntoFrame(const cfloat* image, std::int64_t readout, std::int64_t phase, const solvers::WaveletFrame& frame, solvers::CycleShifts::Shift shift,
                   cfloat* target) {
    std::fill_n(target, frame.rows * frame.columns, cfloat(0, 0));
    const std::int64_t head = std::min(phase, frame.columns - shift.columns);
    for (std::int64_t row = 0; row < readout; ++row) {
        cfloat* const line = target + (row + shift.rows) % frame.rows * frame.columns;
        std::copy_n(image + row * phase, head, line + shift.columns);
        std::copy_n(image + row * phase + head, phase - head, line);
    }
}

void turnOutOfFrame(const cfloat* framed, std::int64_t readout, std::int64_t phase, const solvers::WaveletFrame& frame, solvers::CycleShifts::Shift shift,
                    cfloat* target) {
    const std::int64_t head = std::min(phase, frame.columns - shift.columns);
    for (std::int64_t row = 0; row < readout; ++row) {
        const cfloat* const line = framed + (row + shift.rows) % frame.rows * frame.columns;
        std::copy_n(line + shift.columns, head, target + row * phase);
        std::copy_n(line, phase - head, target + row * phase + head);
    }
}

/// The sets' coefficients shrink together, by their root sum of squares.
LARMOR_CLONES void shrinkJointly(float* values, std::int64_t sets, std::int64_t pixels, float threshold) {
    constexpr std::int64_t kAtOnce = 256;
    std::array<float, kAtOnce> factors;
    for (std::int64_t first = 0; first < pixels; first += kAtOnce) {
        const std::int64_t count = std::min(kAtOnce, pixels - first);
        for (std::int64_t i = 0; i < count; ++i) factors[static_cast<std::size_t>(i)] = 0;
        for (std::int64_t set = 0; set < sets; ++set) {
            const float* const v = values + 2 * (set * pixels + first);
            for (std::int64_t i = 0; i < count; ++i) factors[static_cast<std::size_t>(i)] += v[2 * i] * v[2 * i] + v[2 * i + 1] * v[2 * i + 1];
        }
        for (std::int64_t i = 0; i < count; ++i) {
            float& factor = factors[static_cast<std::size_t>(i)];
            const float kept = 1 - threshold / std::sqrt(factor);
            factor = kept > 0 ? kept : 0;
        }
        for (std::int64_t set = 0; set < sets; ++set) {
            float* const v = values + 2 * (set * pixels + first);
            for (std::int64_t i = 0; i < count; ++i) {
                v[2 * i] *= factors[static_cast<std::size_t>(i)];
                v[2 * i + 1] *= factors[static_cast<std::size_t>(i)];
            }
        }
    }
}
}  // namespace

void WaveletTransform::analyse(cfloat* image) const {
    for (std::int64_t level = 0; level < m_frame.levels; ++level) {
        const std::int64_t rows = m_frame.rows >> level, columns = m_frame.columns >> level;
        overRows(image, m_frame.columns, rows, columns, analyseRow);
        overStrips(image, rows, columns, [&](cfloat* first, std::int64_t count, Bands& bands) { analyseStrip(first, m_frame.columns, count, bands); });
    }
}

void WaveletTransform::synthesise(cfloat* coefficients) const {
    for (std::int64_t level = m_frame.levels - 1; level >= 0; --level) {
        const std::int64_t rows = m_frame.rows >> level, columns = m_frame.columns >> level;
        overStrips(coefficients, rows, columns, [&](cfloat* first, std::int64_t count, Bands& bands) { synthesiseStrip(first, m_frame.columns, count, bands); });
        overRows(coefficients, m_frame.columns, rows, columns, synthesiseRow);
    }
}

WaveletShrinkage::WaveletShrinkage(std::int64_t readout, std::int64_t phase, double weight, bool randomShift, NoiseSource shifts)
    : m_transform(readout, phase), m_weight(weight), m_shifts(m_transform.frame().levels, randomShift, shifts) {}

ComplexArray WaveletShrinkage::operator()(const ComplexArray& z) {
    const auto shift = m_shifts.next();
    const auto& frame = m_transform.frame();
    const std::int64_t readout = z.extent(z.rank() - 2), phase = z.extent(z.rank() - 1), sets = z.size() / (readout * phase), framed = frame.rows * frame.columns;
    ComplexArray coefficients({sets, frame.rows, frame.columns}), result(z.shape());
    for (std::int64_t set = 0; set < sets; ++set) {
        turnIntoFrame(z.data() + set * readout * phase, readout, phase, frame, shift, coefficients.data() + set * framed);
        m_transform.analyse(coefficients.data() + set * framed);
    }
    if (m_weight > 0) shrinkJointly(parts(coefficients.data()), sets, framed, static_cast<float>(m_weight));
    for (std::int64_t set = 0; set < sets; ++set) {
        m_transform.synthesise(coefficients.data() + set * framed);
        turnOutOfFrame(coefficients.data() + set * framed, readout, phase, frame, shift, result.data() + set * readout * phase);
    }
    return result;
}

}  // namespace larmor::cpu
