#include "core/recon/solvers/solver_step.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon {

double realInner(const at::Tensor& a, const at::Tensor& b) {
    return at::sum(at::view_as_real(a.resolve_conj()) * at::view_as_real(b.resolve_conj()), at::kDouble).item<double>();
}

double length(const at::Tensor& a) {
    if (a.dim() < 3) return std::sqrt(realInner(a, a));
    double square = 0;  // part by part: what is squared is as large again, and in double precision twice that
    for (const at::Tensor& part : a.unbind(0)) square += realInner(part, part);
    return std::sqrt(square);
}

double relativeResidual(const NormalEquations& problem, const at::Tensor& x, const at::Tensor& AHAx) {
    if (problem.yNorm == 0) return 0;
    const double squared = realInner(x, AHAx) - 2 * realInner(x, problem.AHy) + problem.yNorm * problem.yNorm;
    return std::sqrt(std::max(squared, 0.0)) / problem.yNorm;
}

}  // namespace larmor::recon
