#include "core/recon/diffusion/warm_start.h"

#include <ATen/ATen.h>

#include "core/recon/solvers/fista.h"
#include "core/recon/solvers/wavelet.h"

namespace larmor::recon::diffusion {

at::Tensor waveletStart(const SenseOperator& A, const at::Tensor& y, double lambda, std::int64_t iterations, NoiseSource shifts,
                        const RunControl& run) {
    const NormalEquations equations{[&](const at::Tensor& x) { return A.normal(x); }, A.adjoint(y), length(y)};
    const FistaOptions options{FistaOptions{}.stepSize, iterations};
    WaveletShrinkage shrinkage(WaveletTransform(y.size(1), y.size(2)), lambda * options.stepSize, true, shifts);
    const auto solved = fista(
        equations, [&](const at::Tensor& z, std::int64_t) { return shrinkage(z); }, options,
        [&](const SolverStep&) { return !run.stop.stop_requested(); });
    run.throwIfStopped();
    return solved.x;
}

}  // namespace larmor::recon::diffusion
