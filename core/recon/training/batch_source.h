#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/io/training_pack.h"
#include "core/base/training/training_config.h"

namespace larmor::recon::training {

/// Clean images, the noise that is added to them and what the network is told.
struct TrainingBatch {
    at::Tensor clean;   ///< [B, 2, rows, columns] float32
    at::Tensor noise;   ///< the same, of variance 1
    at::Tensor sigma;   ///< [B] float32
    at::Tensor labels;  ///< [B, kContrastClasses], one-hot; zero where the label was dropped
};

/// The endless sequence of training images. Image number n is a function of the seed and n alone, so that a run that is resumed, or
/// spread over several processes, sees the same images.
class LARMOR_RECON_EXPORT BatchSource {
public:
    /// @param pack must outlive this @param classOf  class of each image of the pack
    /// @throws InputError if no image of the pack is for training
    BatchSource(const io::TrainingPack& pack, larmor::training::TrainingConfig config, std::vector<std::int64_t> classOf);
    /// Images first .. first + count - 1. All batches of one step share a size, which is drawn by the number of the step's first image.
    [[nodiscard]] TrainingBatch batch(std::int64_t firstOfStep, std::int64_t first, std::int64_t count) const;
    /// Root mean square of one real channel over the first `count` images: EDM's sigma_data.
    [[nodiscard]] double measuredSigma(std::int64_t count) const;

private:
    [[nodiscard]] std::size_t chosenImage(std::int64_t number) const;
    [[nodiscard]] bool isFolded(std::int64_t number) const;
    [[nodiscard]] at::Tensor cleanImage(std::int64_t number, std::size_t index, const std::array<std::int64_t, 2>& size) const;
    [[nodiscard]] std::array<std::int64_t, 2> sizeOf(std::int64_t firstOfStep) const;

    const io::TrainingPack& m_pack;
    larmor::training::TrainingConfig m_config;
    std::vector<std::int64_t> m_classOf;
    std::int64_t m_classes = 0;             // of the prior that the images have
    std::vector<std::size_t> m_images;      // of the training split
    std::vector<double> m_weightUpTo;       // cumulative
};

/// Class of each image of the pack by the contrasts of a prior. @throws InputError naming a contrast that the prior has no class for
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<std::int64_t> classesOf(const io::TrainingPack& pack, const std::vector<std::string>& contrasts);
/// Distinct contrasts in the order in which the pack has them first.
[[nodiscard]] LARMOR_RECON_EXPORT std::vector<std::string> contrastsOf(const io::TrainingPack& pack);

}  // namespace larmor::recon::training
