#include "core/base/solvers/wavelet_frame.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/array.h"

namespace larmor::solvers {

namespace {
/// Times that n can be halved, rounding up, before it is less than `minimum`.
std::int64_t halvings(std::int64_t n, std::int64_t minimum) {
    std::int64_t levels = 0;
    for (n = (n + 1) / 2; n >= minimum; n = (n + 1) / 2) ++levels;
    return levels;
}

std::int64_t roundedUp(std::int64_t n, std::int64_t unit) {
    return (n + unit - 1) / unit * unit;
}
}  // namespace

WaveletFrame waveletFrame(std::int64_t readout, std::int64_t phase, std::int64_t minimumSize) {
    if (readout < 1 || phase < 1) throw ShapeError("image", "at least one pixel", toText(Shape{readout, phase}));
    const std::int64_t levels = std::min(halvings(readout, minimumSize), halvings(phase, minimumSize));
    return {levels, roundedUp(readout, std::int64_t{1} << levels), roundedUp(phase, std::int64_t{1} << levels)};
}

CycleShifts::CycleShifts(std::int64_t levels, bool random, NoiseSource source)
    : m_period(std::int64_t{1} << levels), m_random(random), m_source(source) {}

CycleShifts::Shift CycleShifts::next() {
    if (!m_random) return {};
    if (m_left.empty()) {
        m_left.resize(static_cast<std::size_t>(m_period * m_period));
        std::iota(m_left.begin(), m_left.end(), 0);
    }
    std::swap(m_left[static_cast<std::size_t>(m_source.below(static_cast<std::int64_t>(m_left.size())))], m_left.back());
    const auto place = m_left.back();
    m_left.pop_back();
    return {place / m_period, place % m_period};
}

}  // namespace larmor::solvers
