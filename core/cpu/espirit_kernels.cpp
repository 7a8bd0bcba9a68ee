#include "core/cpu/espirit_kernels.h"

#include <algorithm>

#include <Eigen/Dense>

#include "core/cpu/workers.h"

namespace larmor::cpu {

namespace {
using Matrix = Eigen::MatrixXcf;
using RowMajor = Eigen::Matrix<cfloat, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The k x k windows of some rows as columns: [coil * k * k, window].
Matrix windowsOf(const ComplexArray& calibration, std::int64_t k, std::int64_t firstRow, std::int64_t rows) {
    const std::int64_t coils = calibration.extent(0), columns = calibration.extent(2) - k + 1;
    Matrix M(coils * k * k, rows * columns);
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column) {
            cfloat* window = M.col(row * columns + column).data();
            for (std::int64_t coil = 0; coil < coils; ++coil)
                for (std::int64_t y = 0; y < k; ++y) window = std::copy_n(&calibration(coil, firstRow + row + y, column), k, window);
        }
    return M;
}

/// product += M M^H, its lower half.
void addGram(Matrix& product, const Matrix& M) {
    product.selfadjointView<Eigen::Lower>().rankUpdate(M);
}

Matrix gram(const Matrix& M) {
    Matrix product = Matrix::Zero(M.rows(), M.rows());
    addGram(product, M);
    return product;
}

/// M M^H of all windows M, a few rows of them at a time.
Matrix windowGram(const ComplexArray& calibration, std::int64_t k) {
    constexpr std::int64_t kWindowsAtOnce = 1024;
    const std::int64_t rows = calibration.extent(1) - k + 1, columns = calibration.extent(2) - k + 1, size = calibration.extent(0) * k * k;
    const std::int64_t rowsAtOnce = std::max<std::int64_t>(1, kWindowsAtOnce / columns);
    Matrix product = Matrix::Zero(size, size);
    for (std::int64_t row = 0; row < rows; row += rowsAtOnce) addGram(product, windowsOf(calibration, k, row, std::min(rowsAtOnce, rows - row)));
    return product;
}

/// Of a Hermitian matrix of which the lower half is given: the eigenvectors with an eigenvalue above the fraction of the largest, as columns.
struct Strongest {
    Eigen::VectorXf values;
    Matrix vectors;
};
Strongest strongest(const Matrix& hermitian, double fraction) {
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(hermitian);
    const auto& values = solver.eigenvalues();  // ascending
    const auto least = static_cast<float>(static_cast<double>(values[values.size() - 1]) * fraction);
    const auto kept = std::count_if(values.begin(), values.end(), [&](float value) { return value > least; });
    return {values.tail(kept), solver.eigenvectors().rightCols(kept)};
}
}  // namespace

ComplexArray signalKernels(const ComplexArray& calibration, std::int64_t k, double threshold) {
    // Left singular vectors of the windows as columns come from the smaller of the two Gram matrices.
    const std::int64_t rows = calibration.extent(1) - k + 1, windows = rows * (calibration.extent(2) - k + 1);
    Matrix kernels;
    if (calibration.extent(0) * k * k <= windows) {
        kernels = strongest(windowGram(calibration, k), threshold).vectors;
    } else {
        const Matrix M = windowsOf(calibration, k, 0, rows);
        const auto right = strongest(gram(M.adjoint()), threshold);
        kernels = M * right.vectors;
        kernels *= right.values.cwiseSqrt().cwiseInverse().asDiagonal();
    }
    ComplexArray result({kernels.cols(), calibration.extent(0), k, k});
    std::copy_n(kernels.data(), kernels.size(), result.data());
    return result;
}

ComplexArray lagCovariance(const ComplexArray& kernels) {
    const std::int64_t count = kernels.extent(0), coils = kernels.extent(1), k = kernels.extent(2), lags = 2 * k - 1, taps = k * k;
    const Eigen::Map<const Matrix> vectors(kernels.data(), coils * taps, count);  // a column lies together, as a kernel does
    ComplexArray result({coils, coils, lags, lags});
    parallelFor(coils, [&](std::int64_t i) {
        for (std::int64_t j = 0; j <= i; ++j) {
            const Matrix covariance = vectors.middleRows(i * taps, taps) * vectors.middleRows(j * taps, taps).adjoint() / static_cast<float>(taps);
            for (std::int64_t q = 0; q < taps; ++q)
                for (std::int64_t p = 0; p < taps; ++p) {
                    const std::int64_t dy = p / k - q / k + k - 1, dx = p % k - q % k + k - 1;
                    result(i, j, dy, dx) += covariance(p, q);
                    if (i != j) result(j, i, lags - 1 - dy, lags - 1 - dx) += std::conj(covariance(p, q));
                }
        }
    });
    return result;
}

std::vector<cfloat> principalCoil(const ComplexArray& calibration) {
    const std::int64_t coils = calibration.extent(0);
    const Eigen::Map<const RowMajor> samples(calibration.data(), coils, calibration.size() / coils);
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(gram(samples));
    const auto last = solver.eigenvectors().rightCols(1);
    return {last.data(), last.data() + coils};
}

}  // namespace larmor::cpu
