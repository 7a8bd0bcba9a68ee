#include "core/recon/coils/coil_mixture.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/error.h"
#include "core/recon/coils/calibration_region.h"
#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kCalibrationSize = 24;  ///< of BART's cc too

void checkCount(const at::Tensor& sample, std::int64_t coils) {
    if (coils >= 1 && coils <= sample.size(0)) return;
    throw UsageError(fmt::format("{} coils cannot be compressed to {}.", sample.size(0), coils),
                     fmt::format("Ask for 1 to {}.", sample.size(0)));
}

/// The eigenvectors of the largest eigenvalues as conjugated rows, the largest first: [..., coils, coil].
at::Tensor strongest(const at::Tensor& gram, std::int64_t coils) {
    const auto [values, vectors] = at::linalg_eigh(gram);
    if (values.max().item<double>() <= 0) throw InputError("Coils cannot be compressed: the calibration samples are zero.");
    return vectors.flip({-1}).narrow(-1, 0, coils).conj().transpose(-1, -2).resolve_conj().contiguous();
}

/// The unitary matrix that brings `rows` nearest to `goal`: V U^H of rows goal^H = U S V^H.
at::Tensor alignedTo(const at::Tensor& goal, const at::Tensor& rows) {
    const auto [U, S, Vh] = at::linalg_svd(at::matmul(rows, goal.conj().t()), false);
    return at::matmul(at::matmul(Vh.conj().t(), U.conj().t()), rows);
}
}  // namespace

at::Tensor whiteningMatrix(const at::Tensor& noise) {
    const std::int64_t coils = noise.size(0), samples = noise.size(1);
    if (samples <= coils)
        throw InputError(fmt::format("{} noise samples are too few for {} coils.", samples, coils), "Reconstruct without whitening.");
    const at::Tensor N = noise.to(at::kComplexDouble);
    const at::Tensor covariance = at::matmul(N, N.conj().t()) / static_cast<double>(samples);
    const auto [L, info] = at::linalg_cholesky_ex(covariance);
    if (info.item<int>() != 0)
        throw InputError("The noise of the coils cannot be told apart: one of them holds none, or two hold the same.",
                         "Reconstruct without whitening.");
    return at::linalg_solve_triangular(L, at::eye(coils, L.options()), false).to(at::kComplexFloat);
}

at::Tensor calibrationSamples(const at::Tensor& kspace, const SamplingMask& mask) {
    at::Tensor samples = at::zeros_like(kspace);
    const auto region = calibrationRegion(kspace, mask, kCalibrationSize).value_or(CalibrationRegion{0, 0, kspace.size(1), kspace.size(2)});
    samples.narrow(1, region.row, region.rows).narrow(2, region.column, region.columns).copy_(samplesIn(kspace, region));
    return samples;
}

at::Tensor principalCoils(const std::vector<at::Tensor>& samples, std::int64_t coils) {
    checkCount(samples.front(), coils);
    at::Tensor gram;
    for (const auto& slice : samples) {
        const at::Tensor M = slice.reshape({slice.size(0), -1}).to(at::kComplexDouble);
        const at::Tensor part = at::matmul(M, M.conj().t());
        gram = gram.defined() ? gram + part : part;
    }
    return strongest(gram, coils).to(at::kComplexFloat);
}

at::Tensor alignedPrincipalCoils(const std::vector<at::Tensor>& samples, std::int64_t coils) {
    checkCount(samples.front(), coils);
    at::Tensor gram;  // [readout, coil, coil]; over phase encode the transform changes no sum of products
    for (const auto& slice : samples) {
        const at::Tensor M = ifft2c(slice).permute({1, 0, 2}).to(at::kComplexDouble);
        const at::Tensor part = at::bmm(M, M.conj().transpose(1, 2));
        gram = gram.defined() ? gram + part : part;
    }
    std::vector<at::Tensor> rows = strongest(gram, coils).unbind(0);
    const std::size_t middle = rows.size() / 2;
    for (std::size_t i = middle + 1; i < rows.size(); ++i) rows[i] = alignedTo(rows[i - 1], rows[i]);
    for (std::size_t i = middle; i-- > 0;) rows[i] = alignedTo(rows[i + 1], rows[i]);
    return at::stack(rows).to(at::kComplexFloat);
}

at::Tensor mixedCoils(const at::Tensor& images, const at::Tensor& mixture) {
    const std::int64_t coils = images.size(0), readout = images.size(1), phase = images.size(2);
    if (mixture.dim() == 2) return at::matmul(mixture, images.reshape({coils, -1})).reshape({-1, readout, phase});
    return at::bmm(mixture, images.permute({1, 0, 2}).contiguous()).permute({1, 0, 2}).contiguous();
}

}  // namespace larmor::recon
