#include "core/recon/training/tone.h"

#include <array>
#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon::training {

namespace {

constexpr int kPieces = 6;
constexpr std::array kPeak{0.35, 0.7};  // of a folded curve; lower ones show the noise of the air
constexpr double kBrightest = 0.6;      // largest value that a folded curve gives to 1
constexpr double kTiny = 1e-12;  // of a magnitude that would otherwise divide zero by zero

double knot(int piece) {
    const double share = static_cast<double>(piece) / kPieces;
    return share * share;
}

/// Slopes of the pieces of a curve from (0, 0) to (1, 1).
std::array<double, kPieces> drawnSlopes(double strength, NoiseSource& random) {
    std::array<double, kPieces> slopes{};
    double end = 0;
    for (int i = 0; i < kPieces; ++i) {
        slopes[static_cast<std::size_t>(i)] = std::exp(strength * random.normal());
        end += slopes[static_cast<std::size_t>(i)] * (knot(i + 1) - knot(i));
    }
    for (double& slope : slopes) slope /= end;
    return slopes;
}

}  // namespace

at::Tensor withOtherTones(const at::Tensor& x, double strength, NoiseSource& random) {
    const auto slopes = drawnSlopes(strength, random);
    const at::Tensor magnitude = at::abs(x);
    at::Tensor mapped = at::zeros_like(magnitude);
    for (int i = 0; i < kPieces; ++i) {
        const at::Tensor above = magnitude.sub(knot(i)).clamp_min_(0);
        if (i + 1 < kPieces) above.clamp_max_(knot(i + 1) - knot(i));  // the last piece goes on for ever
        mapped.add_(above, slopes[static_cast<std::size_t>(i)]);
    }
    return x.mul(mapped.div_(magnitude.clamp_min(kTiny)));
}

at::Tensor withFoldedTones(const at::Tensor& x, NoiseSource& random) {
    const double peak = kPeak[0] + (kPeak[1] - kPeak[0]) * random.uniform(), end = kBrightest * random.uniform();
    const at::Tensor magnitude = at::abs(x);
    const at::Tensor rising = magnitude.div(peak);
    const at::Tensor falling = magnitude.sub(peak).mul_((end - 1) / (1 - peak)).add_(1).clamp_min_(end);
    return x.mul(at::minimum(rising, falling).div_(magnitude.clamp_min(kTiny)));
}

}  // namespace larmor::recon::training
