#include "core/recon/solvers/total_variation.h"

#include <ATen/ATen.h>

#include "core/recon/solvers/cyclic_shift.h"

namespace larmor::recon {

namespace {
constexpr double kTiny = 1e-30;  ///< so that a length of 0 shrinks to 0

/// Of images [readout, phase] or [set, readout, phase]: the dimension that an axis, readout or phase, is.
std::int64_t dimOf(const at::Tensor& image, std::int64_t axis) {
    return image.dim() - 2 + axis;
}

/// The lengths of the pairs, sets together, [readout, phase].
at::Tensor pairLengths(const at::Tensor& v) {
    const at::Tensor squares = at::view_as_real(v).square().sum(at::IntArrayRef{0, -1});
    return (squares.dim() == 3 ? squares.sum(0) : squares).sqrt_();
}
}  // namespace

SolverResult totalVariation(const NormalEquations& problem, const TotalVariationOptions& options, const StepHook& hook) {
    return solvers::totalVariation(problem, options, hook);
}

double totalVariationOf(const at::Tensor& x) {
    return pairLengths(solvers::Differences<at::Tensor>::of(x)).sum(at::kDouble).item<double>();
}

}  // namespace larmor::recon

namespace larmor::solvers {

using recon::addShifted;
using recon::dimOf;

at::Tensor Differences<at::Tensor>::of(const at::Tensor& x) {
    at::Tensor both = at::stack({x, x});
    for (std::int64_t axis = 0; axis < 2; ++axis) {
        at::Tensor along = both[axis];
        addShifted(along, x, dimOf(x, axis), -1, -1);
    }
    return both;
}

void Differences<at::Tensor>::addDivergence(at::Tensor& sum, const at::Tensor& v, double weight) {
    for (std::int64_t axis = 0; axis < 2; ++axis) {
        sum.add_(v[axis], weight);
        addShifted(sum, v[axis], dimOf(sum, axis), 1, -weight);
    }
}

void Differences<at::Tensor>::addLaplacian(at::Tensor& sum, const at::Tensor& x, double weight) {
    sum.add_(x, 4 * weight);
    for (std::int64_t axis = 0; axis < 2; ++axis)
        for (const int shift : {1, -1}) addShifted(sum, x, dimOf(x, axis), shift, -weight);
}

void Differences<at::Tensor>::shrink(at::Tensor& z, const at::Tensor& u, double threshold) {
    const at::Tensor factor = recon::pairLengths(u).clamp_min_(recon::kTiny).reciprocal_().mul_(-threshold).add_(1).clamp_min_(0);
    at::mul_out(z, u, factor);
}

}  // namespace larmor::solvers
