#include "core/recon/solvers/solver_step.h"

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

}  // namespace larmor::recon

namespace larmor::solvers {

at::Tensor VectorSpace<at::Tensor>::zerosLike(const at::Tensor& x) {
    return at::zeros_like(x);
}
at::Tensor VectorSpace<at::Tensor>::copy(const at::Tensor& x) {
    return x.clone();
}
double VectorSpace<at::Tensor>::realInner(const at::Tensor& a, const at::Tensor& b) {
    return recon::realInner(a, b);
}
void VectorSpace<at::Tensor>::add(at::Tensor& y, const at::Tensor& x, double weight) {
    y.add_(x, weight);
}
void VectorSpace<at::Tensor>::scale(at::Tensor& y, double factor) {
    y.mul_(factor);
}

}  // namespace larmor::solvers
