#include "core/cpu/array_space.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/cpu/clones.h"
#include "core/cpu/complex_rows.h"

namespace larmor::solvers {

namespace {

using cpu::parts;

LARMOR_CLONES double innerProduct(const float* a, const float* b, std::int64_t count) {
    constexpr std::int64_t kLanes = 16;
    std::array<double, kLanes> sums{};
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            sums[static_cast<std::size_t>(lane)] += static_cast<double>(a[i + lane]) * static_cast<double>(b[i + lane]);
    double sum = 0;
    for (; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    for (const double each : sums) sum += each;
    return sum;
}

LARMOR_CLONES void addScaled(float* y, const float* x, float weight, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) y[i] += weight * x[i];
}

LARMOR_CLONES void multiply(float* y, float factor, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) y[i] *= factor;
}

/// y += weight (x - left), of one row: the parts of a complex number lie two apart.
LARMOR_CLONES void addDifference(float* y, const float* x, const float* other, float weight, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) y[i] += weight * (x[i] - other[i]);
}

/// Rows of planes, with their neighbours.
struct Planes {
    explicit Planes(const Shape& shape) : rows(shape[shape.size() - 2]), columns(shape.back()), count(elementCount(shape) / std::max<std::int64_t>(1, rows * columns)) {}
    [[nodiscard]] std::int64_t at(std::int64_t plane, std::int64_t row) const { return (plane * rows + (row + rows) % rows) * columns; }
    template <class Work>
    void overRows(const Work& work) const {
        for (std::int64_t plane = 0; plane < count; ++plane)
            for (std::int64_t row = 0; row < rows; ++row) work(plane, row);
    }
    std::int64_t rows, columns, count;
};

/// row += weight (x[i] - x[i + step]) along phase, cyclically; step is 1 or -1.
void addAlongPhase(cfloat* row, const cfloat* x, int step, float weight, std::int64_t columns) {
    const std::int64_t n = 2 * columns;
    if (step > 0) {
        addDifference(parts(row), parts(x), parts(x) + 2, weight, n - 2);
        addDifference(parts(row) + n - 2, parts(x) + n - 2, parts(x), weight, 2);
    } else {
        addDifference(parts(row), parts(x), parts(x) + n - 2, weight, 2);
        addDifference(parts(row) + 2, parts(x) + 2, parts(x), weight, n - 2);
    }
}

constexpr float kTiny = 1e-30F;  ///< so that a length of 0 shrinks to 0

LARMOR_CLONES void shrinkFactors(float* squares, float threshold, std::int64_t pixels) {
    for (std::int64_t i = 0; i < pixels; ++i) {
        const float factor = 1 - threshold / std::max(std::sqrt(squares[i]), kTiny);
        squares[i] = factor > 0 ? factor : 0;
    }
}

}  // namespace

double VectorSpace<ComplexArray>::realInner(const ComplexArray& a, const ComplexArray& b) {
    return innerProduct(parts(a.data()), parts(b.data()), 2 * a.size());
}

void VectorSpace<ComplexArray>::add(ComplexArray& y, const ComplexArray& x, double weight) {
    addScaled(parts(y.data()), parts(x.data()), static_cast<float>(weight), 2 * y.size());
}

void VectorSpace<ComplexArray>::scale(ComplexArray& y, double factor) {
    multiply(parts(y.data()), static_cast<float>(factor), 2 * y.size());
}

ComplexArray Differences<ComplexArray>::of(const ComplexArray& x) {
    Shape shape = x.shape();
    shape.insert(shape.begin(), 2);
    ComplexArray both(std::move(shape));
    const Planes planes(x.shape());
    planes.overRows([&](std::int64_t plane, std::int64_t row) {
        const std::int64_t here = planes.at(plane, row);
        addDifference(parts(both.data() + here), parts(x.data() + here), parts(x.data() + planes.at(plane, row - 1)), 1, 2 * planes.columns);
        addAlongPhase(both.data() + x.size() + here, x.data() + here, -1, 1, planes.columns);
    });
    return both;
}

void Differences<ComplexArray>::addDivergence(ComplexArray& sum, const ComplexArray& v, double weight) {
    const auto factor = static_cast<float>(weight);
    const Planes planes(sum.shape());
    planes.overRows([&](std::int64_t plane, std::int64_t row) {
        const std::int64_t here = planes.at(plane, row);
        addDifference(parts(sum.data() + here), parts(v.data() + here), parts(v.data() + planes.at(plane, row + 1)), factor, 2 * planes.columns);
        addAlongPhase(sum.data() + here, v.data() + sum.size() + here, 1, factor, planes.columns);
    });
}

void Differences<ComplexArray>::addLaplacian(ComplexArray& sum, const ComplexArray& x, double weight) {
    const auto factor = static_cast<float>(weight);
    const Planes planes(sum.shape());
    planes.overRows([&](std::int64_t plane, std::int64_t row) {
        const std::int64_t here = planes.at(plane, row);
        for (const std::int64_t step : {-1, 1}) {
            addDifference(parts(sum.data() + here), parts(x.data() + here), parts(x.data() + planes.at(plane, row + step)), factor, 2 * planes.columns);
            addAlongPhase(sum.data() + here, x.data() + here, static_cast<int>(step), factor, planes.columns);
        }
    });
}

void Differences<ComplexArray>::shrink(ComplexArray& z, const ComplexArray& u, double threshold) {
    const Planes planes(u.shape());
    const std::int64_t pixels = planes.rows * planes.columns;
    std::vector<float> factors(static_cast<std::size_t>(pixels), 0.0F);
    for (std::int64_t plane = 0; plane < planes.count; ++plane) cpu::addSquares(factors.data(), u.data() + plane * pixels, pixels);
    shrinkFactors(factors.data(), static_cast<float>(threshold), pixels);
    z = u;
    for (std::int64_t plane = 0; plane < planes.count; ++plane) cpu::weigh(z.data() + plane * pixels, factors.data(), pixels);
}

}  // namespace larmor::solvers
