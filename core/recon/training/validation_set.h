#pragma once
// Images on which a prior is judged while it trains: fixed, with fixed noise.

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/io/training_pack.h"

namespace larmor::recon::training {

/// Noise levels of the yardstick, per real channel in units of the 99th percentile.
inline constexpr double kYardstickSigmas[] = {0.02, 0.05, 0.1, 0.2, 0.5};
inline constexpr std::size_t kYardstickLevels = std::size(kYardstickSigmas);

struct ValidationImage {
    at::Tensor clean;  ///< [rows, columns] complex64
    std::string contrast, source;
    std::int64_t contrastClass = 0;
    /// Complex noise of variance 1 in each part; one draw a level. @param level index into kYardstickSigmas
    [[nodiscard]] LARMOR_RECON_EXPORT at::Tensor noisy(std::size_t level) const;
    std::uint64_t stream = 0;  ///< separates the random numbers of images
};

/// `count` images of a split, as many of each contrast as there are, evenly spread over the pack; at most `edge` pixels an edge.
/// Fewer than `count` where the split has fewer; none where it has none. @param tissuePhase  strength of withTissuePhase() for magnitudes
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<ValidationImage> validationSet(const io::TrainingPack& pack, io::Split split,
                                                                            const std::vector<std::int64_t>& classOf, std::int64_t count,
                                                                            std::int64_t edge, double tissuePhase = 0);

}  // namespace larmor::recon::training
