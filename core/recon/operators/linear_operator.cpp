#include "core/recon/operators/linear_operator.h"

namespace larmor::recon {

LinearOperator::~LinearOperator() = default;

at::Tensor LinearOperator::normal(const at::Tensor& x) const {
    return adjoint(forward(x));
}

}  // namespace larmor::recon
