#include "core/recon/coils/fourier_series.h"

#include <numbers>

#include <ATen/ATen.h>

namespace larmor::recon {

at::Tensor fourierSeries(std::int64_t points, std::int64_t first, std::int64_t terms, at::ScalarType type, c10::Device device,
                         std::int64_t origin) {
    const auto options = at::TensorOptions().dtype(at::kLong);
    const at::Tensor n = at::arange(-origin, points - origin, options), lag = at::arange(first, first + terms, options);
    // Reduced to one turn as integers, so that large products cost no precision.
    const at::Tensor turn = at::outer(n, lag).remainder_(points).to(at::kDouble).mul_(2 * std::numbers::pi / static_cast<double>(points));
    return at::polar(at::ones_like(turn), turn).to(type).to(device);
}

}  // namespace larmor::recon
