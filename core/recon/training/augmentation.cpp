#include "core/recon/training/augmentation.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>

#include "core/recon/diffusion/scaling.h"
#include "core/recon/training/fourier_geometry.h"
#include "core/recon/training/smooth_field.h"
#include "core/recon/training/tissue_phase.h"
#include "core/recon/training/tone.h"

namespace larmor::recon::training {

namespace {

using larmor::training::AugmentationConfig;

constexpr double kDegree = std::numbers::pi / 180;
constexpr std::int64_t kSmallestEdge = 48;  // of an image that is made smaller
constexpr double kValidationPhase = 1;
constexpr double kNormalQuantile = 0.99;  // the rule "p99" of the prior's card

double known(double pixelMm) {
    return pixelMm > 0 ? pixelMm : 1;
}

/// Even number of samples that gives the pixel asked for, without interpolating beyond `enlarge` times the samples there are.
std::int64_t samplesFor(std::int64_t samples, double pixelMm, double wantedMm, double enlarge) {
    const double factor = std::min(pixelMm / wantedMm, enlarge);
    const std::int64_t wanted = 2 * std::llround(static_cast<double>(samples) * factor / 2);
    return std::max(wanted, std::min(samples, kSmallestEdge));
}

at::Tensor withOtherPixels(const at::Tensor& x, const io::PackedImage& facts, const AugmentationConfig& config, NoiseSource& random) {
    const double rowsMm = known(facts.pixelRowsMm), columnsMm = known(facts.pixelColumnsMm);
    const double smallest = std::max(config.pixelMm[0], std::min(rowsMm, columnsMm) / config.enlarge);
    const double largest = std::max(config.pixelMm[1], smallest);
    const double wanted = smallest * std::pow(largest / smallest, random.uniform());
    const double shiftRows = random.uniform() - 0.5, shiftColumns = random.uniform() - 0.5;
    return resample(x, samplesFor(x.size(0), rowsMm, wanted, config.enlarge), samplesFor(x.size(1), columnsMm, wanted, config.enlarge), shiftRows,
                    shiftColumns);
}

/// Mirrors the borders outward, so that turning does not bring the opposite side in.
at::Tensor rotatedInFrame(const at::Tensor& x, double angle) {
    const auto frameRows = std::min(x.size(0) / 8, x.size(0) - 1), frameColumns = std::min(x.size(1) / 8, x.size(1) - 1);
    const at::Tensor parts = at::view_as_real(x).permute({2, 0, 1}).contiguous();
    const at::Tensor framed = at::reflection_pad2d(parts, {frameColumns, frameColumns, frameRows, frameRows});
    const at::Tensor turned = rotate(at::complex(framed[0].contiguous(), framed[1].contiguous()), angle);
    return turned.narrow(0, frameRows, x.size(0)).narrow(1, frameColumns, x.size(1));
}

/// Any place of the window inside the image, or of the image inside the window.
std::int64_t windowBegin(std::int64_t size, std::int64_t wanted, NoiseSource& random) {
    const auto slack = size - wanted;
    return slack >= 0 ? random.below(slack + 1) : -random.below(-slack + 1);
}

at::Tensor withPhase(const at::Tensor& x, bool complexValued, double strength, NoiseSource& random) {
    const at::Tensor phase = smoothPhase(x.size(0), x.size(1), complexValued ? 0 : strength, random);
    const at::Tensor turn = at::complex(at::cos(phase), at::sin(phase));
    return x.mul(turn);
}

/// Brought back to the scale that every image has at reconstruction, whatever the tones and the shading did to it.
at::Tensor normalised(const at::Tensor& x) {
    const double quantile = diffusion::magnitudeQuantile(x, kNormalQuantile);
    return quantile > 0 ? x.div(quantile) : x;
}

at::Tensor withShading(const at::Tensor& x, double strength, NoiseSource& random) {
    return x.mul(smoothField(x.size(0), x.size(1), random).mul_(strength).exp_());
}

}  // namespace

at::Tensor augmented(const at::Tensor& pixels, const io::PackedImage& facts, const AugmentationConfig& config, std::int64_t rows,
                     std::int64_t columns, NoiseSource random) {
    const auto orientation = static_cast<int>(random.below(8));
    const double tone = config.tone * random.uniform(), shading = config.shading * random.uniform();
    const bool hasTissuePhase = config.tissuePhase > 0 && !facts.complexValued;
    const double share = hasTissuePhase ? random.uniform() : 0;
    at::Tensor x = withOtherTones(pixels, tone, random);
    if (hasTissuePhase) x = withTissuePhase(x, config.tissuePhase * share * share, random);
    x = withOtherPixels(x, facts, config, random);
    const double turn = random.uniform(), angle = (2 * random.uniform() - 1) * config.rotationDegrees * kDegree;
    if (turn < config.rotationShare) x = rotatedInFrame(x, angle);
    if (config.orientations) x = orient(x, orientation);
    x = withShading(x, shading, random);
    if (tone > 0 || shading > 0) x = normalised(x);
    const auto row = windowBegin(x.size(0), rows, random), column = windowBegin(x.size(1), columns, random);
    x = window(x, row, column, rows, columns);
    const double strength = config.phase * random.uniform();
    x = withPhase(x, facts.complexValued, strength, random);
    return x.mul_(std::exp(config.intensity * random.normal()));
}

at::Tensor folded(const at::Tensor& pixels, NoiseSource random) {
    return normalised(withFoldedTones(pixels, random));
}

at::Tensor forValidation(const at::Tensor& pixels, const io::PackedImage& facts, std::int64_t edge, NoiseSource random) {
    const auto rows = std::min(pixels.size(0), edge), columns = std::min(pixels.size(1), edge);
    const at::Tensor x = window(pixels, (pixels.size(0) - rows) / 2, (pixels.size(1) - columns) / 2, rows, columns);
    return withPhase(x, facts.complexValued, kValidationPhase, random);
}

}  // namespace larmor::recon::training
