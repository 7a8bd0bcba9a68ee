#pragma once
#include "core/recon/training/wavelet_yardstick.h"

namespace larmor::recon::training {

/// waveletErrors of these images, from the file if it was made for the same ones; else they are computed and the file is written.
/// @throws Cancelled, IoError
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<LevelErrors> cachedWaveletErrors(const std::string& path, const std::string& packHash,
                                                                               const std::vector<ValidationImage>& images, const RunControl& run);

}  // namespace larmor::recon::training
