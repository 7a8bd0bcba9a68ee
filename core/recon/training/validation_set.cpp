#include "core/recon/training/validation_set.h"

#include <map>

#include <ATen/ATen.h>

#include "core/base/rng.h"
#include "core/recon/tensor_view.h"
#include "core/recon/training/augmentation.h"
#include "core/recon/training/smooth_field.h"

namespace larmor::recon::training {

namespace {

constexpr std::uint64_t kSeed = 0x6c61726d6f72;  // the same images and noise for every prior, whatever its seed
constexpr std::uint64_t kStreams = 8;            // of an image: its phase, then one a level

using Groups = std::map<std::string, std::vector<std::size_t>>;

Groups byContrast(const io::TrainingPack& pack, io::Split split) {
    Groups groups;
    for (std::size_t i = 0; i < pack.images().size(); ++i)
        if (pack.images()[i].split == split) groups[pack.images()[i].contrast].push_back(i);
    return groups;
}

/// `count` places, evenly spread over a list.
std::vector<std::size_t> spread(const std::vector<std::size_t>& list, std::size_t count) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < std::min(count, list.size()); ++i) chosen.push_back(list[(2 * i + 1) * list.size() / (2 * std::min(count, list.size()))]);
    return chosen;
}

}  // namespace

at::Tensor ValidationImage::noisy(std::size_t level) const {
    NoiseSource random(kSeed, stream * kStreams + 1 + level);
    const at::Tensor noise = normalNumbers({clean.size(0), clean.size(1), 2}, random);
    return clean + at::view_as_complex(noise).mul(kYardstickSigmas[level]);
}

std::vector<ValidationImage> validationSet(const io::TrainingPack& pack, io::Split split, const std::vector<std::int64_t>& classOf,
                                           std::int64_t count, std::int64_t edge) {
    std::vector<ValidationImage> images;
    const auto groups = byContrast(pack, split);
    if (groups.empty()) return images;
    const auto each = static_cast<std::size_t>((count + static_cast<std::int64_t>(groups.size()) - 1) / static_cast<std::int64_t>(groups.size()));
    for (const auto& [contrast, members] : groups)
        for (const auto index : spread(members, each)) {
            ValidationImage image;
            image.stream = index;
            image.contrast = contrast;
            image.source = pack.images()[index].source;
            image.contrastClass = classOf[index];
            image.clean = forValidation(toTensor(pack.read(index)), pack.images()[index], edge, NoiseSource(kSeed, image.stream * kStreams));
            images.push_back(std::move(image));
        }
    return images;
}

}  // namespace larmor::recon::training
