#pragma once
#include <cstdint>
#include <vector>

#include "core/cpu/kspace_view.h"

namespace larmor::cpu {

/// Root of the sum of squares over the coils of the inverse transforms, [readout, phase].
/// @param kept  [readout, phase]: samples elsewhere count as zero; null: all count
[[nodiscard]] std::vector<float> rssImage(const KspaceView& kspace, const std::uint8_t* kept);

/// The same as a complex image with zero imaginary part.
[[nodiscard]] ComplexArray combineRss(const KspaceView& kspace, const std::uint8_t* kept);

/// sum_c conj(S_c) x_c of the inverse transforms x_c: the minimum-variance unbiased estimate for white noise and maps with sum |S|^2 = 1.
/// @param maps  [coil, readout, phase] @throws ShapeError
[[nodiscard]] ComplexArray combineMvue(const KspaceView& kspace, const std::uint8_t* kept, const KspaceView& maps);

/// One image of those of several sets of maps, [set, readout, phase] -> [readout, phase]: the root sum of squares over the sets, with the phase
/// of the first. Where the others are zero it is the first.
[[nodiscard]] ComplexArray combineSets(const ComplexArray& images);

}  // namespace larmor::cpu
