#pragma once
#include <vector>

#include "core/base/array.h"

namespace larmor::session {

/// The centred part of k-space that carries signal, in samples. Interpolated and zero-filled images leave the outer part empty, which
/// would make them look far easier to reconstruct than acquired data.
struct KspaceSupport {
    std::int64_t rows = 0, columns = 0;
};

/// Finds where the energy profile along each axis ends, from all images of one series. The amplitude of anatomy falls about like one
/// over the frequency, so amplitude x frequency is nearly flat inside the support; it ends where that falls below 35 % of its median
/// over the lower frequencies and stays there. Sizes are even, never below 96 (or the image, where that is smaller).
/// @param kspace each [rows, columns], all of one shape @throws ShapeError
[[nodiscard]] KspaceSupport kspaceSupport(const std::vector<ComplexArray>& kspace);

/// The image whose k-space is the centred part of the given one; intensities stay. @param kspace [rows, columns]
[[nodiscard]] ComplexArray imageOfSupport(const ComplexArray& kspace, const KspaceSupport& support);

}  // namespace larmor::session
