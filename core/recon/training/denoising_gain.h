#pragma once
#include "core/base/api/prior_lab.h"
#include "core/recon/networks/network.h"
#include "core/recon/training/edm_loss.h"
#include "core/recon/training/wavelet_yardstick.h"

namespace larmor::recon::training {

/// Rows of the yardstick: each contrast and level, then all contrasts together under the name "all". The gain is the mean over images of
/// 10 log10(error of wavelets / error of the denoiser) in dB; the loss is EDM's at that level.
/// @throws Cancelled, Error if the denoiser gives values that are not finite
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<YardstickRow> denoisingGain(const Denoiser& denoiser, const std::vector<ValidationImage>& images,
                                                                          const std::vector<LevelErrors>& wavelets, double sigmaData, const RunControl& run);

/// The yardstick of a network. @throws as denoisingGain
[[nodiscard]] LARMOR_RECON_EXPORT Denoiser denoiserOf(const networks::Network& network, double sigmaData);

}  // namespace larmor::recon::training
