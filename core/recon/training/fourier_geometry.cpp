#include "core/recon/training/fourier_geometry.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>

#include "core/recon/fft/centred_fft.h"

namespace larmor::recon::training {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

/// Frequencies -n/2 .. (n-1)/2 of a centred transform, in cycles a sample.
at::Tensor frequencies(std::int64_t n) {
    return at::arange(n, at::kDouble).sub_(static_cast<double>(n / 2)).div_(static_cast<double>(n));
}

/// The same with the zero frequency at index 0.
at::Tensor frequenciesOfLines(std::int64_t n) {
    return at::roll(frequencies(n), -(n / 2), 0);
}

at::Tensor unitCircle(const at::Tensor& angle) {
    return at::complex(at::cos(angle), at::sin(angle)).to(at::kComplexFloat);
}

/// Moves row r by slope x (r - centre) columns.
at::Tensor shearColumns(const at::Tensor& x, double slope) {
    const auto rows = x.size(0), columns = x.size(1);
    const at::Tensor shift = at::arange(rows, at::kDouble).sub_(static_cast<double>(rows / 2)).mul_(slope);
    const at::Tensor ramp = unitCircle(at::outer(shift, frequenciesOfLines(columns)).mul_(-kTwoPi));
    return ifftLines(fftLines(x).mul_(ramp));
}

at::Tensor shearRows(const at::Tensor& x, double slope) {
    return shearColumns(x.t().contiguous(), slope).t().contiguous();
}

}  // namespace

at::Tensor resample(const at::Tensor& x, std::int64_t rows, std::int64_t columns, double shiftRows, double shiftColumns) {
    const auto oldRows = x.size(0), oldColumns = x.size(1);
    at::Tensor k = window(fft2c(x), oldRows / 2 - rows / 2, oldColumns / 2 - columns / 2, rows, columns);
    const double scale = std::sqrt(static_cast<double>(rows * columns) / static_cast<double>(oldRows * oldColumns));
    const at::Tensor alongRows = unitCircle(frequencies(rows).mul_(-kTwoPi * shiftRows));
    const at::Tensor alongColumns = unitCircle(frequencies(columns).mul_(-kTwoPi * shiftColumns));
    return ifft2c(k.mul(alongRows.unsqueeze(1)).mul_(alongColumns).mul_(scale));
}

at::Tensor rotate(const at::Tensor& x, double angle) {
    const double half = -std::tan(angle / 2);
    return shearColumns(shearRows(shearColumns(x, half), std::sin(angle)), half);
}

at::Tensor orient(const at::Tensor& x, int orientation) {
    at::Tensor turned = x;
    if (orientation & 1) turned = at::flip(turned, {0});
    if (orientation & 2) turned = at::flip(turned, {1});
    if (orientation & 4) turned = turned.t();
    return turned.contiguous();
}

at::Tensor window(const at::Tensor& x, std::int64_t row, std::int64_t column, std::int64_t rows, std::int64_t columns) {
    const auto fromRow = std::max<std::int64_t>(row, 0), fromColumn = std::max<std::int64_t>(column, 0);
    const auto toRow = std::min(row + rows, x.size(0)), toColumn = std::min(column + columns, x.size(1));
    at::Tensor result = at::zeros({rows, columns}, x.options());
    if (toRow <= fromRow || toColumn <= fromColumn) return result;
    result.narrow(0, fromRow - row, toRow - fromRow)
        .narrow(1, fromColumn - column, toColumn - fromColumn)
        .copy_(x.narrow(0, fromRow, toRow - fromRow).narrow(1, fromColumn, toColumn - fromColumn));
    return result;
}

}  // namespace larmor::recon::training
