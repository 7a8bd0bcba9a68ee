#include "core/recon/diffusion/scaling.h"

#include <ATen/ATen.h>

#include "core/base/metrics/metrics.h"
#include "core/recon/interrupt.h"
#include "core/recon/solvers/conjugate_gradient.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon::diffusion {

namespace {
constexpr double kRegularisation = 0.005;  // against the largest eigenvalue of A^H A, which is 1
constexpr std::int64_t kIterations = 30;
constexpr double kTolerance = 1e-4, kQuantile = 0.99;
}  // namespace

double magnitudeQuantile(const at::Tensor& x, double q) {
    return metrics::quantile(toRealArray(at::abs(x).reshape(-1)).values(), q);
}

PriorScale priorScale(const SenseOperator& A, const at::Tensor& y) {
    const auto normal = [&](const at::Tensor& x) {
        checkInterrupt();
        return A.normal(x);
    };
    const NormalEquations equations{normal, A.adjoint(y), length(y)};
    const at::Tensor image = conjugateGradient(equations, {kRegularisation, kIterations, kTolerance}).x;
    const double factor = magnitudeQuantile(image, kQuantile);
    if (!(factor > 0))
        throw InputError("The samples that the mask keeps hold no signal, so there is nothing to scale a prior by.",
                         "Leave this slice out, or choose another mask or other coil maps.");
    return {factor, image / factor};
}

}  // namespace larmor::recon::diffusion
