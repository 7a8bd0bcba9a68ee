#include "core/recon/solvers/cyclic_shift.h"

#include <ATen/ATen.h>

namespace larmor::recon {

void addShifted(at::Tensor& values, const at::Tensor& other, std::int64_t dim, int shift, double weight) {
    const std::int64_t n = values.size(dim), head = shift > 0 ? 0 : 1, tail = shift > 0 ? 1 : 0;
    values.narrow(dim, head, n - 1).add_(other.narrow(dim, tail, n - 1), weight);
    values.narrow(dim, shift > 0 ? n - 1 : 0, 1).add_(other.narrow(dim, shift > 0 ? 0 : n - 1, 1), weight);
}

}  // namespace larmor::recon
