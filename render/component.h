#pragma once
// The five real-valued pictures of complex pixels: value, window, and the steps around interpolation.

#include <cstdint>
#include <span>
#include <utility>

#include "render/slice_view.h"

namespace larmor::render {

/// Radians in (-pi, pi]; NaN for NaN and for zero, which has no phase. Within 4e-4 of atan2: a hundredth of a colour step.
[[nodiscard]] float quickPhase(float real, float imaginary);

/// One component of one pixel. LogMagnitude of zero is minus infinity.
[[nodiscard]] double componentValue(cfloat pixel, Component component);

/// The real field that is interpolated for a component: the magnitude for LogMagnitude, because the logarithm of an average is what a
/// coarser sampling would show. Phase has none: its complex pixels are interpolated, so that wraps do not become edges.
[[nodiscard]] RealArray interpolatedField(const ComplexArray& image, Component component);

/// Interpolated magnitude -> decades.
void toDecades(std::span<const float> magnitude, std::span<float> decades);
/// Interpolated (real, imaginary) pairs -> radians.
void toRadians(std::span<const float> pairs, std::span<float> radians);

/// Window and level that show the component well.
[[nodiscard]] std::pair<double, double> windowFor(const ComplexArray& image, Component component);

}  // namespace larmor::render
