#pragma once
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/array.h"
#include "core/base/export.h"

namespace larmor::recon {

/// A linear map between complex tensors. Knows its shapes; the checks in operator_checks.h hold for every one of them.
class LARMOR_RECON_EXPORT LinearOperator {
public:
    virtual ~LinearOperator();
    [[nodiscard]] virtual Shape domain() const = 0;
    [[nodiscard]] virtual Shape codomain() const = 0;
    /// A x. @throws ShapeError
    [[nodiscard]] virtual at::Tensor forward(const at::Tensor& x) const = 0;
    /// A^H y. @throws ShapeError
    [[nodiscard]] virtual at::Tensor adjoint(const at::Tensor& y) const = 0;
    /// A^H A x; an operator that knows a shorter way overrides it.
    [[nodiscard]] virtual at::Tensor normal(const at::Tensor& x) const;
};

}  // namespace larmor::recon
