#pragma once
// Arrays whose every element tells where it stands, made the same way here and in Python.

#include <functional>
#include <string>

#include "core/base/array.h"

namespace larmor::test {

/// Element n (row-major) is n + 0.5 - 0.25 n i.
[[nodiscard]] ComplexArray ramp(const Shape& shape);
/// The real parts of it.
[[nodiscard]] ComplexArray realRamp(const Shape& shape);
/// The same element of another array: out(index) = x(index reversed).
[[nodiscard]] ComplexArray transposed(const ComplexArray& x);

/// Start of a Python script: numpy as np, sys, folder = argv[1], ramp(*shape) complex64 and real_ramp(*shape) float64.
inline const std::string kPythonRamp = R"(
import sys
import numpy as np
folder = sys.argv[1] + '/' if len(sys.argv) > 1 else ''
def ramp(*shape):
    n = np.arange(np.prod(shape)).reshape(shape)
    return (n + 0.5 - 0.25j * n).astype(np.complex64)
def real_ramp(*shape):
    return ramp(*shape).real.astype(np.float64)
)";

/// The message of the IoError that `work` throws, or "no error" and the like.
[[nodiscard]] std::string ioErrorOf(const std::function<void()>& work);

}  // namespace larmor::test
