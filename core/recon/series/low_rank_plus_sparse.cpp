#include "core/recon/series/low_rank_plus_sparse.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/series/temporal_fourier.h"
#include "core/recon/solvers/wavelet.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kPixelsAtOnce = 1 << 14;  // of the Gram matrix in double precision

/// X X^H of [frame, pixel], in double precision.
at::Tensor gramOf(const at::Tensor& X) {
    at::Tensor gram = at::zeros({X.size(0), X.size(0)}, X.options().dtype(at::kComplexDouble));
    for (std::int64_t from = 0; from < X.size(1); from += kPixelsAtOnce) {
        const at::Tensor part = X.narrow(1, from, std::min(kPixelsAtOnce, X.size(1) - from)).to(at::kComplexDouble);
        gram.add_(at::matmul(part, part.conj().transpose(0, 1)));
    }
    return gram;
}

at::Tensor sparsePart(const at::Tensor& images, double threshold) {
    at::Tensor coefficients = temporalFourier(images);
    softThreshold(coefficients, threshold);
    return inverseTemporalFourier(coefficients);
}
}  // namespace

at::Tensor thresholdSingularValues(const at::Tensor& images, double relative) {
    const at::Tensor X = images.flatten(1);
    // X X^H = U s^2 U^H, so that the thresholded matrix is U (max(s - t, 0) / s) U^H X.
    const auto [squares, U] = at::linalg_eigh(gramOf(X));
    const at::Tensor s = squares.clamp_min(0).sqrt();
    const double threshold = relative * s.max().item<double>();
    const at::Tensor kept = at::where(s > threshold, (s - threshold) / s, at::zeros_like(s));
    const at::Tensor P = at::matmul(U * kept, U.conj().transpose(0, 1));
    return at::matmul(P.to(X.scalar_type()), X).reshape(images.sizes());
}

SolverResult lowRankPlusSparse(const NormalEquations& problem, const LowRankPlusSparseOptions& options, const StepHook& hook) {
    at::Tensor M = problem.AHy.clone(), L = M, S = at::zeros_like(M);
    SolverResult result{at::zeros_like(M), 0, false};
    while (result.steps < options.iterations) {
        ++result.steps;
        at::Tensor next = thresholdSingularValues(M - S, options.lowRank);
        S = sparsePart(M - L, options.sparse);
        L = std::move(next);
        result.x = L + S;
        const at::Tensor AHAx = problem.AHA(result.x);
        if (hook && !hook({result.steps, options.iterations, result.x, relativeResidual(problem, result.x, AHAx)})) {
            result.stopped = true;
            break;
        }
        M = result.x - AHAx + problem.AHy;
    }
    return result;
}

}  // namespace larmor::recon
