#pragma once
#include <array>
#include <map>

#include "core/base/run_control.h"
#include "core/recon/training/validation_set.h"

namespace larmor::recon::training {

/// Mean squared error a real channel by level.
using LevelErrors = std::array<double, kYardstickLevels>;

/// Denoises every image at every level by cycle-spun soft thresholding [Coifman & Donoho 1995] of Daubechies coefficients, the coarsest
/// band kept, with the threshold that is best for all images of the contrast at that level: what wavelets can do at most.
/// @return one entry an image, in their order @throws Cancelled
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<LevelErrors> waveletErrors(const std::vector<ValidationImage>& images, const RunControl& run);

}  // namespace larmor::recon::training
