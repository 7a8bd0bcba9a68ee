#include "core/cpu/line_steps.h"

#include <cmath>
#include <numbers>

namespace larmor::cpu {

namespace {

// Vectors that a processor does not have live in memory: each level gets the widest that it has.
namespace plain {
#define LARMOR_STEP_WIDTH 4
#include "core/cpu/line_steps.inc"
#undef LARMOR_STEP_WIDTH
}  // namespace plain

#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
namespace v3 {
#define LARMOR_STEP_WIDTH 8
#include "core/cpu/line_steps.inc"
#undef LARMOR_STEP_WIDTH
}  // namespace v3
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
namespace v4 {
#define LARMOR_STEP_WIDTH 16
#include "core/cpu/line_steps.inc"
#undef LARMOR_STEP_WIDTH
}  // namespace v4
#pragma GCC pop_options

#define LARMOR_HAS_LEVELS
#endif

}  // namespace

cfloat unitRoot(std::int64_t numerator, std::int64_t denominator) {
    const auto angle = 2 * std::numbers::pi * static_cast<double>(numerator % denominator) / static_cast<double>(denominator);
    return {static_cast<float>(std::cos(angle)), static_cast<float>(-std::sin(angle))};
}

Step makeStep(std::int64_t radix, std::int64_t points, std::int64_t s) {
    Step step;
    step.radix = radix;
    step.m = points / radix;
    step.s = s;
    for (std::int64_t p = 0; p < step.m; ++p)
        for (std::int64_t j = 1; j < radix; ++j) step.roots.push_back(unitRoot(j * p, points));
    for (std::int64_t j = 1; j <= radix / 2; ++j)
        for (std::int64_t k = 1; k <= radix / 2; ++k) {
            step.weights.push_back(unitRoot(j * k, radix).real());
            step.weights.push_back(-unitRoot(j * k, radix).imag());
        }
    return step;
}

std::vector<TakeStep> stepsOfThisProcessor() {
    std::vector<TakeStep> steps{plain::take};
#ifdef LARMOR_HAS_LEVELS
    if (__builtin_cpu_supports("x86-64-v3")) steps.push_back(v3::take);
    if (__builtin_cpu_supports("x86-64-v4")) steps.push_back(v4::take);
#endif
    return steps;
}

void takeStep(const Step& step, const float* x, float* y) {
    static const TakeStep take = stepsOfThisProcessor().back();
    take(step, x, y);
}

}  // namespace larmor::cpu
