#include "core/recon/training/tissue_phase.h"

#include <array>
#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/training/smooth_field.h"

namespace larmor::recon::training {

namespace {

constexpr int kSteps = 3;
constexpr std::array kPlace{0.05, 1.1};   // of a step on the scale of magnitudes
constexpr std::array kWidth{0.02, 0.15};  // of the logistic function that a step is; narrower ones show the noise of the image

/// From 0 below the place of the step to its height above it, in some part of the image.
at::Tensor step(const at::Tensor& magnitude, double height, NoiseSource& random) {
    const double place = kPlace[0] + (kPlace[1] - kPlace[0]) * random.uniform();
    const double width = kWidth[0] * std::pow(kWidth[1] / kWidth[0], random.uniform());
    const at::Tensor part = smoothField(magnitude.size(0), magnitude.size(1), random).add_(0.5).clamp_(0, 1);
    return magnitude.sub(place).div_(width).sigmoid_().mul_(part).mul_(height);
}

}  // namespace

at::Tensor withTissuePhase(const at::Tensor& x, double strength, NoiseSource& random) {
    const at::Tensor magnitude = at::abs(x);
    at::Tensor phase = at::zeros_like(magnitude);
    for (int i = 0; i < kSteps; ++i) {
        const double height = strength * random.normal();
        phase.add_(step(magnitude, height, random));
    }
    return x.mul(at::polar(at::ones_like(phase), phase));
}

}  // namespace larmor::recon::training
