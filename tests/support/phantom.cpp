#include "tests/support/phantom.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/base/rng.h"

namespace larmor::test {

namespace {
using cdouble = std::complex<double>;

struct Ellipse {
    double value, halfRow, halfColumn, row, column, degrees;
};

constexpr std::array<Ellipse, 8> kEllipses{{{0.9, 0.92, 0.69, 0, 0, 0},
                                            {-0.6, 0.874, 0.6624, -0.0184, 0, 0},
                                            {-0.2, 0.31, 0.11, 0, 0.22, -18},
                                            {-0.2, 0.41, 0.16, 0, -0.22, 18},
                                            {0.3, 0.25, 0.21, 0.35, 0, 0},
                                            {0.3, 0.046, 0.046, 0.1, 0.08, 0},
                                            {0.4, 0.023, 0.046, -0.605, -0.08, 0},
                                            {0.5, 0.12, 0.05, -0.45, 0.3, 30}}};

/// -1 .. 1 over an axis, 0 at its centre index n/2.
double coordinate(std::int64_t index, std::int64_t length) {
    return 2.0 * static_cast<double>(index - length / 2) / static_cast<double>(std::max<std::int64_t>(length, 1));
}

bool contains(const Ellipse& e, double row, double column) {
    const double angle = e.degrees * std::numbers::pi / 180;
    const double dr = row - e.row, dc = column - e.column;
    const double along = dr * std::cos(angle) + dc * std::sin(angle);
    const double across = -dr * std::sin(angle) + dc * std::cos(angle);
    return std::pow(along / e.halfRow, 2) + std::pow(across / e.halfColumn, 2) <= 1;
}

std::vector<cdouble> fourierMatrix(std::int64_t n, double sign) {
    std::vector<cdouble> matrix(static_cast<std::size_t>(n * n));
    for (std::int64_t k = 0; k < n; ++k)
        for (std::int64_t x = 0; x < n; ++x) {
            const auto turns = static_cast<double>(((k - n / 2) * (x - n / 2)) % n) / static_cast<double>(n);
            matrix[static_cast<std::size_t>(k * n + x)] =
                std::polar(1 / std::sqrt(static_cast<double>(n)), sign * 2 * std::numbers::pi * turns);
        }
    return matrix;
}

/// out[k, j] = sum_x matrix[k, x] in[x, j]: transforms the rows' index and hands the other axis on.
std::vector<cdouble> multiply(const std::vector<cdouble>& matrix, const std::vector<cdouble>& in, std::int64_t n, std::int64_t columns) {
    std::vector<cdouble> out(in.size());
    for (std::int64_t k = 0; k < n; ++k)
        for (std::int64_t x = 0; x < n; ++x) {
            const cdouble factor = matrix[static_cast<std::size_t>(k * n + x)];
            for (std::int64_t j = 0; j < columns; ++j)
                out[static_cast<std::size_t>(k * columns + j)] += factor * in[static_cast<std::size_t>(x * columns + j)];
        }
    return out;
}

std::vector<cdouble> transposed(const std::vector<cdouble>& in, std::int64_t rows, std::int64_t columns) {
    std::vector<cdouble> out(in.size());
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c)
            out[static_cast<std::size_t>(c * rows + r)] = in[static_cast<std::size_t>(r * columns + c)];
    return out;
}

ComplexArray fourierSum(const ComplexArray& x, double sign) {
    const std::int64_t rows = x.extent(x.rank() - 2), columns = x.extent(x.rank() - 1);
    const auto rowMatrix = fourierMatrix(rows, sign), columnMatrix = fourierMatrix(columns, sign);
    ComplexArray result(x.shape());
    for (std::int64_t start = 0; start < x.size(); start += rows * columns) {
        const std::vector<cdouble> image(x.data() + start, x.data() + start + rows * columns);
        const auto half = transposed(multiply(rowMatrix, image, rows, columns), rows, columns);
        const auto whole = transposed(multiply(columnMatrix, half, columns, rows), columns, rows);
        for (std::int64_t i = 0; i < rows * columns; ++i) result[start + i] = cfloat(whole[static_cast<std::size_t>(i)]);
    }
    return result;
}
}  // namespace

RealArray phantomMagnitude(std::int64_t readout, std::int64_t phase) {
    RealArray image({readout, phase});
    for (std::int64_t r = 0; r < readout; ++r)
        for (std::int64_t c = 0; c < phase; ++c) {
            double value = 0;
            for (const auto& e : kEllipses)
                if (contains(e, coordinate(r, readout), coordinate(c, phase))) value += e.value;
            image(r, c) = static_cast<float>(std::max(value, 0.0));
        }
    return image;
}

ComplexArray phantomImage(std::int64_t readout, std::int64_t phase) {
    ComplexArray image = toComplex(phantomMagnitude(readout, phase));
    for (std::int64_t r = 0; r < readout; ++r)
        for (std::int64_t c = 0; c < phase; ++c) {
            const double y = coordinate(r, readout), x = coordinate(c, phase);
            image(r, c) *= cfloat(std::polar(1.0, 0.6 * y + 0.9 * x * x - 0.5 * x * y));
        }
    return image;
}

ComplexArray phantomMaps(std::int64_t coils, std::int64_t readout, std::int64_t phase) {
    ComplexArray maps({coils, readout, phase});
    for (std::int64_t r = 0; r < readout; ++r)
        for (std::int64_t c = 0; c < phase; ++c) {
            const double y = coordinate(r, readout), x = coordinate(c, phase);
            double power = 0;
            for (std::int64_t coil = 0; coil < coils; ++coil) {
                const double angle = 2 * std::numbers::pi * static_cast<double>(coil) / static_cast<double>(coils);
                const double dy = y - 1.3 * std::cos(angle), dx = x - 1.3 * std::sin(angle);
                const cdouble s = std::polar(std::exp(-(dx * dx + dy * dy) / 2), angle + 0.7 * dx - 0.4 * dy);
                maps(coil, r, c) = cfloat(s);
                power += std::norm(s);
            }
            for (std::int64_t coil = 0; coil < coils; ++coil) maps(coil, r, c) /= static_cast<float>(std::sqrt(power));
        }
    return maps;
}

ComplexArray coilImages(const ComplexArray& image, const ComplexArray& maps) {
    checkShape(image.shape(), {maps.extent(1), maps.extent(2)}, "image");
    ComplexArray result = maps;
    for (std::int64_t coil = 0; coil < maps.extent(0); ++coil)
        for (std::int64_t i = 0; i < image.size(); ++i) result[coil * image.size() + i] *= image[i];
    return result;
}

ComplexArray phantomKspace(std::int64_t coils, std::int64_t readout, std::int64_t phase, double noise, std::uint64_t seed) {
    ComplexArray kspace = dft2c(coilImages(phantomImage(readout, phase), phantomMaps(coils, readout, phase)));
    if (noise == 0) return kspace;
    const ComplexArray n = randomComplex(kspace.shape(), seed);
    for (std::int64_t i = 0; i < kspace.size(); ++i) kspace[i] += static_cast<float>(noise) * n[i];
    return kspace;
}

ComplexArray randomComplex(Shape shape, std::uint64_t seed) {
    ComplexArray x(std::move(shape));
    NoiseSource source(seed);
    for (auto& value : x.values()) {
        const double re = source.normal();
        value = cfloat(static_cast<float>(re), static_cast<float>(source.normal()));
    }
    return x;
}

ComplexArray dft2c(const ComplexArray& x) {
    return fourierSum(x, -1);
}
ComplexArray idft2c(const ComplexArray& x) {
    return fourierSum(x, +1);
}

double relativeError(const ComplexArray& a, const ComplexArray& b) {
    checkShape(a.shape(), b.shape(), "compared array");
    double difference = 0, power = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
        difference += std::norm(cdouble(a[i]) - cdouble(b[i]));
        power += std::norm(cdouble(b[i]));
    }
    return std::sqrt(difference / power);
}

}  // namespace larmor::test
