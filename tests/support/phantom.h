#pragma once
// Made-up images, coil maps and k-space of any size, and a plain Fourier sum to check transforms against.

#include <cstdint>

#include "core/base/array.h"

namespace larmor::test {

/// Ellipses in the manner of Shepp and Logan, 0..1, [readout, phase]; exactly zero outside the head. Not symmetric in any axis.
[[nodiscard]] RealArray phantomMagnitude(std::int64_t readout, std::int64_t phase);
/// The same with a smooth phase.
[[nodiscard]] ComplexArray phantomImage(std::int64_t readout, std::int64_t phase);
/// Smooth complex maps of coils around the head, [coil, readout, phase], with sum |S|^2 = 1 everywhere.
[[nodiscard]] ComplexArray phantomMaps(std::int64_t coils, std::int64_t readout, std::int64_t phase);
/// maps * image, [coil, readout, phase].
[[nodiscard]] ComplexArray coilImages(const ComplexArray& image, const ComplexArray& maps);
/// Centred k-space of the phantom seen by the coils, with complex noise of that standard deviation per real component.
[[nodiscard]] ComplexArray phantomKspace(std::int64_t coils, std::int64_t readout, std::int64_t phase, double noise = 0,
                                         std::uint64_t seed = 1);

/// Independent complex normal numbers, variance 1 per real component.
[[nodiscard]] ComplexArray randomComplex(Shape shape, std::uint64_t seed);

/// Centred orthonormal Fourier sum over the last two dimensions, written out in double precision: index n/2 is the origin in both
/// domains. O(n) a sample and axis: for small arrays.
[[nodiscard]] ComplexArray dft2c(const ComplexArray& x);
[[nodiscard]] ComplexArray idft2c(const ComplexArray& x);

/// ||a - b|| / ||b||
[[nodiscard]] double relativeError(const ComplexArray& a, const ComplexArray& b);

}  // namespace larmor::test
