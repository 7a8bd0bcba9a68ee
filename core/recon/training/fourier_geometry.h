#pragma once
// Moving images without loss of sharpness: by their k-space, as a scanner would have sampled them.

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::training {

/// The image sampled on rows x columns pixels over the same field of view, moved by a part of the new pixel. Fewer pixels crop k-space,
/// more of them surround it with zeros. Intensities stay. @param x [rows, columns] complex64
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor resample(const at::Tensor& x, std::int64_t rows, std::int64_t columns, double shiftRows = 0,
                                                      double shiftColumns = 0);

/// Turns the image about its centre by three shears [Unser, Thevenaz & Yaroslavsky 1995], each a shift of lines by phase ramps in
/// k-space: unitary, so nothing is blurred; what leaves on one side enters on the other. @param angle radians, at most pi/2
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor rotate(const at::Tensor& x, double angle);

/// One of the eight orientations of the square: bit 0 turns rows round, bit 1 columns, bit 2 swaps the two.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor orient(const at::Tensor& x, int orientation);

/// A window of rows x columns whose first pixel is (row, column) of the image; outside of it there is zero.
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor window(const at::Tensor& x, std::int64_t row, std::int64_t column, std::int64_t rows,
                                                    std::int64_t columns);

}  // namespace larmor::recon::training
