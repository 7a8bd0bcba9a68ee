#include "tests/support/ramp.h"

namespace larmor::test {

ComplexArray ramp(const Shape& shape) {
    ComplexArray x(shape);
    for (std::int64_t n = 0; n < x.size(); ++n) x[n] = {static_cast<float>(n) + 0.5F, -0.25F * static_cast<float>(n)};
    return x;
}

ComplexArray realRamp(const Shape& shape) {
    ComplexArray x = ramp(shape);
    for (cfloat& value : x.values()) value = value.real();
    return x;
}

ComplexArray transposed(const ComplexArray& x) {
    const Shape shape(x.shape().rbegin(), x.shape().rend());
    ComplexArray out(shape);
    Shape index(shape.size(), 0);  // of x
    for (std::int64_t n = 0; n < x.size(); ++n) {
        std::int64_t flat = 0;
        for (std::size_t d = 0; d < shape.size(); ++d) flat = flat * shape[d] + index[shape.size() - 1 - d];
        out[flat] = x[n];
        for (std::size_t d = index.size(); d-- > 0;) {
            if (++index[d] < x.extent(d)) break;
            index[d] = 0;
        }
    }
    return out;
}

std::string ioErrorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const IoError& error) {
        return error.what();
    } catch (const std::exception& error) {
        return std::string("not an IoError: ") + error.what();
    }
    return "no error";
}

}  // namespace larmor::test
