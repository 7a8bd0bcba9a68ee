#include "core/recon/training/batch_source.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include "core/base/data/prior_card.h"
#include "core/base/rng.h"
#include "core/recon/tensor_view.h"
#include "core/recon/training/augmentation.h"
#include "core/recon/training/smooth_field.h"

namespace larmor::recon::training {

namespace {

/// What a random stream of an image is for.
enum class Purpose : std::uint64_t { Choice, Augmentation, Noise, Level, Label, Size, Fold, FoldedTones, Count = 8 };

NoiseSource streamOf(std::uint64_t seed, std::int64_t image, Purpose purpose) {
    return NoiseSource(seed, static_cast<std::uint64_t>(image) * static_cast<std::uint64_t>(Purpose::Count) + static_cast<std::uint64_t>(purpose));
}

at::Tensor asChannels(const at::Tensor& image) {
    return at::view_as_real(image).permute({2, 0, 1});
}

}  // namespace

BatchSource::BatchSource(const io::TrainingPack& pack, larmor::training::TrainingConfig config, std::vector<std::int64_t> classOf)
    : m_pack(pack), m_config(std::move(config)), m_classOf(std::move(classOf)) {
    for (const auto contrast : m_classOf) m_classes = std::max(m_classes, contrast + 1);
    double sum = 0;
    for (std::size_t i = 0; i < pack.images().size(); ++i) {
        const auto& image = pack.images()[i];
        if (image.split != io::Split::Train || !(image.weight > 0)) continue;
        m_images.push_back(i);
        m_weightUpTo.push_back(sum += image.weight);
    }
    if (m_images.empty()) throw InputError("The training pack holds no image for training.", "Look at the split rules of its recipe.");
}

std::size_t BatchSource::chosenImage(std::int64_t number) const {
    const double place = streamOf(m_config.seed, number, Purpose::Choice).uniform() * m_weightUpTo.back();
    const auto found = std::upper_bound(m_weightUpTo.begin(), m_weightUpTo.end(), place) - m_weightUpTo.begin();
    return m_images[std::min(static_cast<std::size_t>(found), m_images.size() - 1)];
}

bool BatchSource::isFolded(std::int64_t number) const {
    const double share = m_config.augmentation.fold;
    return share > 0 && streamOf(m_config.seed, number, Purpose::Fold).uniform() < share;
}

at::Tensor BatchSource::cleanImage(std::int64_t number, std::size_t index, const std::array<std::int64_t, 2>& size) const {
    at::Tensor pixels = toTensor(m_pack.read(index));
    if (isFolded(number)) pixels = folded(pixels, streamOf(m_config.seed, number, Purpose::FoldedTones));
    return augmented(pixels, m_pack.images()[index], m_config.augmentation, size[0], size[1],
                     streamOf(m_config.seed, number, Purpose::Augmentation));
}

std::array<std::int64_t, 2> BatchSource::sizeOf(std::int64_t firstOfStep) const {
    const auto choice = streamOf(m_config.seed, firstOfStep, Purpose::Size).below(static_cast<std::int64_t>(m_config.sizes.size()));
    return m_config.sizes[static_cast<std::size_t>(choice)];
}

TrainingBatch BatchSource::batch(std::int64_t firstOfStep, std::int64_t first, std::int64_t count) const {
    const auto size = sizeOf(firstOfStep);
    TrainingBatch batch;
    batch.clean = at::empty({count, 2, size[0], size[1]}, at::kFloat);
    batch.noise = at::empty_like(batch.clean);
    batch.sigma = at::empty({count}, at::kFloat);
    batch.labels = at::zeros({count, kContrastClasses}, at::kFloat);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto number = first + i;
        const auto index = chosenImage(number);
        batch.clean[i].copy_(asChannels(cleanImage(number, index, size)));
        auto noise = streamOf(m_config.seed, number, Purpose::Noise);
        batch.noise[i].copy_(normalNumbers({2, size[0], size[1]}, noise));
        auto level = streamOf(m_config.seed, number, Purpose::Level);
        batch.sigma[i] = std::exp(m_config.logSigmaMean + m_config.logSigmaStd * level.normal());
        auto label = streamOf(m_config.seed, number, Purpose::Label);
        const bool keepsLabel = label.uniform() >= m_config.labelDropout;
        const auto contrast = isFolded(number) ? label.below(m_classes) : m_classOf[index];  // folded: it is no longer what it was
        if (keepsLabel) batch.labels[i][contrast] = 1;
    }
    return batch;
}

double BatchSource::measuredSigma(std::int64_t count) const {
    double squares = 0, numbers = 0;
    for (std::int64_t number = 0; number < count; ++number) {
        const at::Tensor image = at::view_as_real(cleanImage(number, chosenImage(number), sizeOf(number)));
        squares += image.square().sum(at::kDouble).item<double>();
        numbers += static_cast<double>(image.numel());
    }
    return std::sqrt(squares / numbers);
}

std::vector<std::int64_t> classesOf(const io::TrainingPack& pack, const std::vector<std::string>& contrasts) {
    std::vector<std::int64_t> classes;
    for (const auto& image : pack.images()) {
        const auto found = std::find(contrasts.begin(), contrasts.end(), image.contrast);
        if (found == contrasts.end())
            throw InputError(fmt::format("The prior has no class for the contrast {} of {}.", image.contrast, image.source),
                             fmt::format("Its classes are {}.", fmt::join(contrasts, ", ")));
        classes.push_back(found - contrasts.begin());
    }
    return classes;
}

std::vector<std::string> contrastsOf(const io::TrainingPack& pack) {
    std::vector<std::string> contrasts;
    for (const auto& image : pack.images())
        if (std::find(contrasts.begin(), contrasts.end(), image.contrast) == contrasts.end()) contrasts.push_back(image.contrast);
    return contrasts;
}

}  // namespace larmor::recon::training
