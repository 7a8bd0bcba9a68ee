#include "core/recon/coils/espirit_kernels.h"

#include <ATen/ATen.h>

#include "core/recon/coils/fourier_series.h"

namespace larmor::recon {

namespace {
/// All k x k windows as rows: [window, coil * k * k].
at::Tensor windowsOf(const at::Tensor& calibration, std::int64_t k) {
    const std::int64_t coils = calibration.size(0);
    return calibration.unfold(1, k, 1).unfold(2, k, 1).permute({1, 2, 0, 3, 4}).reshape({-1, coils * k * k});
}

std::int64_t countAbove(const at::Tensor& ascendingSquares, double threshold) {
    const at::Tensor largest = ascendingSquares[-1];
    return (ascendingSquares > largest * threshold).sum().item<std::int64_t>();
}
}  // namespace

at::Tensor signalKernels(const at::Tensor& calibration, std::int64_t k, double threshold) {
    // Windows as columns: M = W^T. Left singular vectors of M come from the smaller of the two Gram matrices.
    const at::Tensor M = windowsOf(calibration, k).t();
    const std::int64_t coils = calibration.size(0);
    if (M.size(0) <= M.size(1)) {
        const auto [squares, vectors] = at::linalg_eigh(at::matmul(M, M.conj().t()));
        const auto kept = countAbove(squares, threshold);
        return vectors.narrow(1, vectors.size(1) - kept, kept).t().reshape({kept, coils, k, k});
    }
    const auto [squares, vectors] = at::linalg_eigh(at::matmul(M.conj().t(), M));
    const auto kept = countAbove(squares, threshold);
    const auto first = squares.size(0) - kept;
    const at::Tensor left = at::matmul(M, vectors.narrow(1, first, kept)) / squares.narrow(0, first, kept).sqrt();
    return left.t().reshape({kept, coils, k, k});
}

at::Tensor lagCovariance(const at::Tensor& kernels) {
    const std::int64_t count = kernels.size(0), coils = kernels.size(1), k = kernels.size(2), lags = 2 * k - 1;
    // On a grid of 2k points the Gram matrices hold every lag without overlap.
    const std::int64_t grid = 2 * k;
    const at::Tensor toGrid = fourierSeries(grid, 0, k, kernels.scalar_type(), kernels.device());
    const at::Tensor onGrid = at::matmul(at::matmul(toGrid, kernels), toGrid.t());           // [kernel, coil, grid, grid]
    const at::Tensor v = onGrid.permute({2, 3, 1, 0}).reshape({grid * grid, coils, count});  // [point, coil, kernel]
    const at::Tensor gram = at::bmm(v, v.conj().transpose(1, 2)).reshape({grid, grid, coils, coils}).permute({2, 3, 0, 1});
    const at::Tensor toLags = fourierSeries(grid, -(k - 1), lags, kernels.scalar_type(), kernels.device()).conj().t();
    const double normalisation = 1.0 / static_cast<double>(grid * grid * k * k);
    return at::matmul(at::matmul(toLags, gram), toLags.t()).mul(normalisation);
}

}  // namespace larmor::recon
