#pragma once
// The steps that a transform of lines is made of.

#include <cstdint>
#include <vector>

#include "core/base/array.h"
#include "core/base/export.h"

namespace larmor::cpu {

// A block is one point of kLanes lines: their real parts, then their imaginary parts.
constexpr std::int64_t kLanes = 16, kBlock = 2 * kLanes;
constexpr std::int64_t kLargestRadix = 61;  ///< larger prime factors cost less by convolution

/// A step of radix r takes n = r m points, s of them side by side: y[q + s (r p + j)] = w^(j p) sum_k x[q + s (p + m k)] exp(-2 pi i j k / r), w an
/// n-th root of unity. The radix is 2, 4 or odd.
struct Step {
    std::int64_t radix = 1, m = 1, s = 1;
    std::vector<cfloat> roots;   ///< w^(j p) for j = 1 .. r - 1, p by p
    std::vector<float> weights;  ///< of an odd radix: cosine and sine of 2 pi j k / r, j, k = 1 .. r / 2
};

/// exp(-2 pi i numerator / denominator)
[[nodiscard]] cfloat unitRoot(std::int64_t numerator, std::int64_t denominator);

/// @param points  r m of the step; @param s  of them side by side
[[nodiscard]] LARMOR_CPU_EXPORT Step makeStep(std::int64_t radix, std::int64_t points, std::int64_t s);

/// From the blocks at `x` to those at `y`, n s each.
void takeStep(const Step& step, const float* x, float* y);

/// The same, for each level of processors that this one belongs to; takeStep() is the last.
using TakeStep = void (*)(const Step& step, const float* x, float* y);
[[nodiscard]] LARMOR_CPU_EXPORT std::vector<TakeStep> stepsOfThisProcessor();

}  // namespace larmor::cpu
