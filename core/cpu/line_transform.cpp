#include "core/cpu/line_transform.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "core/cpu/clones.h"
#include "core/cpu/complex_rows.h"
#include "core/cpu/line_steps.h"

namespace larmor::cpu {

namespace {

/// Blocks times one complex number each, real and imaginary parts changing places on the way where `swapped`.
LARMOR_CLONES void multiplyBlocks(float* x, const cfloat* factors, std::int64_t count, bool swapped) {
    for (std::int64_t i = 0; i < count; ++i, x += kBlock) {
        const float wr = factors[i].real(), wi = factors[i].imag();
        for (std::int64_t l = 0; l < kLanes; ++l) {
            const float re = x[l] * wr - x[l + kLanes] * wi, im = x[l] * wi + x[l + kLanes] * wr;
            x[l] = swapped ? im : re;
            x[l + kLanes] = swapped ? re : im;
        }
    }
}

/// How a length is transformed.
class LinePlan {
public:
    explicit LinePlan(std::int64_t n) : m_points(n) {
        if (largestFactor(n) > kLargestRadix)
            convolve();
        else
            takeSteps();
    }
    /// Blocks that the work needs, twice.
    [[nodiscard]] std::int64_t room() const { return m_inner ? m_inner->room() : m_points; }
    /// Forward, of the blocks at `x`; both places hold room() blocks. @return where the result is, one of the two
    float* run(float* x, float* y) const {
        if (m_inner) return runConvolution(x, y);
        for (const Step& step : m_steps) {
            takeStep(step, x, y);
            std::swap(x, y);
        }
        return x;
    }

private:
    static std::int64_t largestFactor(std::int64_t n) {
        std::int64_t largest = 1;
        for (std::int64_t factor = 2; n > 1; factor = factor * factor > n ? n : factor + 1)
            for (; n % factor == 0; n /= factor) largest = factor;
        return largest;
    }

    void takeSteps() {
        std::int64_t n = m_points, s = 1;
        for (std::int64_t radix = 4; n > 1;) {
            if (n % radix != 0) {
                radix = radix == 4 ? 2 : radix == 2 ? 3 : radix + 2;
                continue;
            }
            m_steps.push_back(makeStep(radix, n, s));
            n /= radix;
            s *= radix;
        }
    }

    /// As a convolution with a chirp, of a length that has small factors only: j k = (j^2 + k^2 - (k - j)^2) / 2.
    void convolve() {
        std::int64_t length = 2 * m_points - 1;
        while (largestFactor(length) > 5) ++length;
        m_inner = std::make_unique<LinePlan>(length);
        m_spectrum.assign(static_cast<std::size_t>(length), cfloat(0, 0));
        for (std::int64_t j = 0; j < m_points; ++j) {
            const cfloat chirp = unitRoot(j * j % (2 * m_points), 2 * m_points);
            m_chirp.push_back(chirp);
            m_spectrum[static_cast<std::size_t>(j)] = m_spectrum[static_cast<std::size_t>((length - j) % length)] = std::conj(chirp);
        }
        std::vector<float> x(static_cast<std::size_t>(length * kBlock)), y(x.size());
        for (std::int64_t j = 0; j < length; ++j) {
            x[static_cast<std::size_t>(j * kBlock)] = m_spectrum[static_cast<std::size_t>(j)].real();
            x[static_cast<std::size_t>(j * kBlock + kLanes)] = m_spectrum[static_cast<std::size_t>(j)].imag();
        }
        const float* const spectrum = m_inner->run(x.data(), y.data());
        for (std::int64_t j = 0; j < length; ++j)
            m_spectrum[static_cast<std::size_t>(j)] = cfloat(spectrum[j * kBlock], spectrum[j * kBlock + kLanes]) / static_cast<float>(length);
    }

    float* runConvolution(float* x, float* y) const {
        const std::int64_t length = m_inner->room();
        multiplyBlocks(x, m_chirp.data(), m_points, false);
        std::fill(x + m_points * kBlock, x + length * kBlock, 0.0F);
        float* spectrum = m_inner->run(x, y);
        multiplyBlocks(spectrum, m_spectrum.data(), length, true);  // swapped before and after, a forward transform is an inverse one
        float* const swapped = m_inner->run(spectrum, spectrum == x ? y : x);
        for (std::int64_t i = 0; i < m_points; ++i) std::swap_ranges(swapped + i * kBlock, swapped + i * kBlock + kLanes, swapped + i * kBlock + kLanes);
        multiplyBlocks(swapped, m_chirp.data(), m_points, false);
        return swapped;
    }

    std::int64_t m_points;
    std::vector<Step> m_steps;
    std::unique_ptr<LinePlan> m_inner;  ///< of the convolution, where there is one
    std::vector<cfloat> m_chirp, m_spectrum;
};

/// Plans are few, small and never thrown away.
const LinePlan& planFor(std::int64_t points) {
    static std::mutex planning;
    static auto& plans = *new std::map<std::int64_t, LinePlan>();  // outlives whatever still works when the process ends
    const std::lock_guard lock(planning);
    return plans.try_emplace(points, points).first->second;
}

/// Up to kLanes lines into blocks, and back; real and imaginary parts change places for an inverse transform.
LARMOR_CLONES void gather(const cfloat* data, const Lines& lines, float* blocks, std::int64_t re, std::int64_t im) {
    if (lines.lineStride == 1 && lines.count == kLanes) {
        for (std::int64_t p = 0; p < lines.points; ++p, blocks += kBlock) {
            const float* const from = parts(data + p * lines.pointStride);
            for (std::int64_t l = 0; l < kLanes; ++l) {
                blocks[l + re] = from[2 * l];
                blocks[l + im] = from[2 * l + 1];
            }
        }
        return;
    }
    for (std::int64_t l = 0; l < lines.count; ++l) {
        const float* const from = parts(data + l * lines.lineStride);
        for (std::int64_t p = 0; p < lines.points; ++p) {
            blocks[p * kBlock + l + re] = from[2 * p * lines.pointStride];
            blocks[p * kBlock + l + im] = from[2 * p * lines.pointStride + 1];
        }
    }
}

LARMOR_CLONES void scatter(const float* blocks, cfloat* data, const Lines& lines, std::int64_t re, std::int64_t im) {
    if (lines.lineStride == 1 && lines.count == kLanes) {
        for (std::int64_t p = 0; p < lines.points; ++p, blocks += kBlock) {
            float* const to = parts(data + p * lines.pointStride);
            for (std::int64_t l = 0; l < kLanes; ++l) {
                to[2 * l] = blocks[l + re];
                to[2 * l + 1] = blocks[l + im];
            }
        }
        return;
    }
    for (std::int64_t l = 0; l < lines.count; ++l) {
        float* const to = parts(data + l * lines.lineStride);
        for (std::int64_t p = 0; p < lines.points; ++p) {
            to[2 * p * lines.pointStride] = blocks[p * kBlock + l + re];
            to[2 * p * lines.pointStride + 1] = blocks[p * kBlock + l + im];
        }
    }
}

/// Two places for blocks, each beginning where a line of the cache does.
class BlockRoom {
public:
    std::pair<float*, float*> of(std::int64_t blocks) {
        constexpr std::size_t kCacheLine = 64 / sizeof(float);
        const auto size = static_cast<std::size_t>(blocks * kBlock);
        if (m_room.size() < 2 * size + kCacheLine) m_room.assign(2 * size + kCacheLine, 0.0F);
        const auto over = reinterpret_cast<std::uintptr_t>(m_room.data()) / sizeof(float) % kCacheLine;
        float* const first = m_room.data() + (kCacheLine - over) % kCacheLine;
        return {first, first + size};
    }

private:
    std::vector<float> m_room;
};

}  // namespace

void transformLines(cfloat* data, const Lines& lines, Direction direction) {
    if (lines.points < 2) return;
    const LinePlan& plan = planFor(lines.points);
    thread_local BlockRoom room;
    const auto [first, second] = room.of(plan.room());
    const std::int64_t re = direction == Direction::Forward ? 0 : kLanes, im = kLanes - re;
    for (std::int64_t line = 0; line < lines.count; line += kLanes) {
        const Lines group{std::min(kLanes, lines.count - line), lines.lineStride, lines.points, lines.pointStride};
        gather(data + line * lines.lineStride, group, first, re, im);
        scatter(plan.run(first, second), data + line * lines.lineStride, group, re, im);
    }
}

}  // namespace larmor::cpu
