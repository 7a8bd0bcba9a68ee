#include "core/recon/training/validation_set.h"

#include <ATen/ATen.h>

#include "core/base/rng.h"
#include "core/base/training/image_selection.h"
#include "core/recon/tensor_view.h"
#include "core/recon/training/augmentation.h"
#include "core/recon/training/smooth_field.h"
#include "core/recon/training/tissue_phase.h"

namespace larmor::recon::training {

namespace {

constexpr std::uint64_t kSeed = 0x6c61726d6f72;  // the same images and noise for every prior, whatever its seed
constexpr std::uint64_t kStreams = 8;            // of an image: its phase, then one a level, and the last for the phase of tissues
static_assert(1 + kYardstickLevels < kStreams);

}  // namespace

at::Tensor ValidationImage::noisy(std::size_t level) const {
    NoiseSource random(kSeed, stream * kStreams + 1 + level);
    const at::Tensor noise = normalNumbers({clean.size(0), clean.size(1), 2}, random);
    return clean + at::view_as_complex(noise).mul(kYardstickSigmas[level]);
}

std::vector<ValidationImage> validationSet(const io::TrainingPack& pack, io::Split split, const std::vector<std::int64_t>& classOf,
                                           std::int64_t count, std::int64_t edge, double tissuePhase) {
    std::vector<ValidationImage> images;
    const auto groups = larmor::training::imagesByContrast(pack.images(), split);
    if (groups.empty()) return images;
    const auto each = static_cast<std::size_t>((count + static_cast<std::int64_t>(groups.size()) - 1) / static_cast<std::int64_t>(groups.size()));
    for (const auto& [contrast, members] : groups)
        for (const auto index : larmor::training::evenlySpread(members, each)) {
            ValidationImage image;
            image.stream = index;
            image.contrast = contrast;
            image.source = pack.images()[index].source;
            image.contrastClass = classOf[index];
            at::Tensor pixels = toTensor(pack.read(index));
            if (tissuePhase > 0 && !pack.images()[index].complexValued) {
                NoiseSource random(kSeed, image.stream * kStreams + kStreams - 1);
                pixels = withTissuePhase(pixels, tissuePhase, random);
            }
            image.clean = forValidation(pixels, pack.images()[index], edge, NoiseSource(kSeed, image.stream * kStreams));
            images.push_back(std::move(image));
        }
    return images;
}

}  // namespace larmor::recon::training
