#include "core/recon/scaling.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/coils/calibration_region.h"
#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/mask_tensor.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kCentre = 32;

/// The value at the fraction q of the sorted ones, without interpolation.
double sortedValue(const at::Tensor& sorted, double q) {
    const auto n = sorted.numel();
    return sorted[std::min(static_cast<std::int64_t>(static_cast<double>(n) * q), n - 1)].item<double>();
}
}  // namespace

double picsScale(const at::Tensor& y, const at::Tensor& mask) {
    const std::int64_t rows = y.size(1), columns = y.size(2);
    const auto region = calibrationRegion(y, toMask(mask), kCentre).value_or(CalibrationRegion{0, 0, rows, columns});
    const at::Tensor rss = at::real(combineRss(ifft2c(samplesIn(y, region)))).reshape(-1);
    const at::Tensor sorted = std::get<0>(at::sort(rss));
    const double median = sortedValue(sorted, 0.5), p90 = sortedValue(sorted, 0.9), maximum = sortedValue(sorted, 1);
    const double units = std::sqrt(static_cast<double>(rows * columns) / static_cast<double>(region.rows * region.columns));
    const double scale = (maximum - p90 < 2 * (p90 - median) ? p90 : maximum) / units;
    return scale > 0 ? scale : 1;
}

}  // namespace larmor::recon
