#include "plugins/method_spirit/consistency.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "core/recon/coils/fourier_series.h"
#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kRowsAtOnce = 16;  ///< the matrices of so many rows of pixels are made together, to bound what that takes
constexpr double kFloor = 1e-7;           ///< what single precision needs for the weights to exist, relative to the largest source
}  // namespace

at::Tensor spiritKernels(const at::Tensor& calibration, std::int64_t k, double lambda) {
    const std::int64_t coils = calibration.size(0), unknowns = coils * k * k, middle = k * k / 2;
    const at::Tensor unit = calibration / at::abs(calibration).max().clamp_min(1e-30);  // so that squares of squares stay within single precision
    const at::Tensor S = unit.unfold(1, k, 1).unfold(2, k, 1).permute({1, 2, 0, 3, 4}).reshape({-1, unknowns});
    at::Tensor gram = at::matmul(S.conj().t(), S);
    const double mean = at::linalg_vector_norm(gram).item<double>() / static_cast<double>(unknowns);
    const double largest = at::real(gram.diagonal()).max().item<double>();
    at::Tensor regularised = gram.clone();
    regularised.diagonal().add_(lambda * mean + kFloor * largest);
    at::Tensor kernels = at::zeros({coils, unknowns}, calibration.options());
    for (std::int64_t coil = 0; coil < coils; ++coil) {
        const std::int64_t target = coil * k * k + middle;
        const at::Tensor all = at::arange(unknowns, at::TensorOptions().dtype(at::kLong).device(calibration.device()));
        const at::Tensor others = all.masked_select(all != target);
        const at::Tensor right = gram.select(1, target).index_select(0, others);
        const at::Tensor left = regularised.index_select(0, others).index_select(1, others);
        kernels[coil].index_copy_(0, others, at::linalg_solve(left, right));
    }
    return kernels.reshape({coils, coils, k, k});
}

SelfConsistency::SelfConsistency(const at::Tensor& kernels, std::int64_t readout, std::int64_t phase) {
    const std::int64_t coils = kernels.size(0), k = kernels.size(2);
    const auto type = kernels.scalar_type();
    // A sample at distance j from its target is the pixel's exp(-2 pi i j x / N): the conjugate of the series of the distances.
    const at::Tensor rows = fourierSeries(readout, -(k / 2), k, type, kernels.device(), readout / 2).conj().resolve_conj();
    const at::Tensor columns = fourierSeries(phase, -(k / 2), k, type, kernels.device(), phase / 2).conj().resolve_conj();
    const at::Tensor alongPhase = at::matmul(kernels, columns.t());  // [coil, coil, k, phase]
    m_matrices = at::empty({readout * phase, coils, coils}, kernels.options());
    for (std::int64_t first = 0; first < readout; first += kRowsAtOnce) {
        const std::int64_t count = std::min(kRowsAtOnce, readout - first);
        const at::Tensor block = at::matmul(rows.narrow(0, first, count), alongPhase);  // [coil, coil, row, phase]
        at::Tensor G = block.permute({2, 3, 0, 1}).reshape({count * phase, coils, coils});
        G.diagonal(0, 1, 2).sub_(1);
        m_matrices.narrow(0, first * phase, count * phase).copy_(at::bmm(G.conj().transpose(1, 2), G));
    }
}

at::Tensor SelfConsistency::normal(const at::Tensor& kspace) const {
    const at::Tensor pixels = ifft2c(kspace).permute({1, 2, 0}).reshape({-1, kspace.size(0), 1});
    const at::Tensor moved = at::bmm(m_matrices, pixels).reshape({kspace.size(1), kspace.size(2), kspace.size(0)});
    return fft2c(moved.permute({2, 0, 1}).contiguous());
}

}  // namespace larmor::recon
