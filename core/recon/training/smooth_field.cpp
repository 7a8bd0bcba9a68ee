#include "core/recon/training/smooth_field.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>

namespace larmor::recon::training {

namespace {

constexpr int kModes = 6;
constexpr double kMostPeriods = 1.5;
constexpr double kTwoPi = 2 * std::numbers::pi;

/// Pixel positions from -1/2 to 1/2 over the longer edge.
at::Tensor positions(std::int64_t n, std::int64_t longer) {
    return at::arange(n, at::kFloat).sub_(static_cast<double>(n) / 2).div_(static_cast<double>(longer));
}

/// rows x slope down + columns x slope across + constant
at::Tensor plane(std::int64_t rows, std::int64_t columns, double down, double across, double constant) {
    const auto longer = std::max(rows, columns);
    return positions(rows, longer).mul_(down).unsqueeze(1).add(positions(columns, longer).mul_(across)).add_(constant);
}

}  // namespace

at::Tensor smoothField(std::int64_t rows, std::int64_t columns, NoiseSource& random) {
    at::Tensor field = at::zeros({rows, columns}, at::kFloat);
    const double amplitude = std::sqrt(2.0 / kModes);  // a cosine has variance 1/2
    for (int mode = 0; mode < kModes; ++mode) {
        const double periods = kMostPeriods * random.uniform(), direction = kTwoPi * random.uniform(), start = kTwoPi * random.uniform();
        const double down = kTwoPi * periods * std::cos(direction), across = kTwoPi * periods * std::sin(direction);
        field.add_(plane(rows, columns, down, across, start).cos_(), amplitude);
    }
    return field;
}

at::Tensor smoothPhase(std::int64_t rows, std::int64_t columns, double strength, NoiseSource& random) {
    const double constant = kTwoPi * random.uniform();
    const double down = strength * std::numbers::pi * random.normal(), across = strength * std::numbers::pi * random.normal();
    return plane(rows, columns, down, across, constant).add_(smoothField(rows, columns, random), strength);
}

at::Tensor normalNumbers(at::IntArrayRef shape, NoiseSource& random) {
    at::Tensor values = at::empty(shape, at::kFloat);
    float* value = values.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < values.numel(); ++i) value[i] = static_cast<float>(random.normal());
    return values;
}

}  // namespace larmor::recon::training
