#include "core/cpu/pixel_eigenvectors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/cpu/clones.h"

namespace larmor::cpu {

namespace {
constexpr int kFirstRow = 24, kOtherRows = 6;  ///< iterations; where two eigenvalues are at 1 and 0.7, six bring an error to a tenth
constexpr std::int64_t kPixels = PixelEigenvectors::kPixels, kBlock = 2 * kPixels;  ///< real parts, then imaginary parts
constexpr float kNothing = 1e-28F, kRounding = 1e-10F;  ///< squares of lengths: of what is no vector, and of what rounding leaves of a unit vector
using Lanes = std::array<float, kPixels>;

/// exp(2 pi i (first + j) (n - points / 2) / points), [points, terms]: sums a short Fourier series at all points.
std::vector<cfloat> fourierSeries(std::int64_t points, std::int64_t terms) {
    std::vector<cfloat> series;
    for (std::int64_t n = 0; n < points; ++n)
        for (std::int64_t j = 0; j < terms; ++j) {
            const std::int64_t turn = (j - terms / 2) * (n - points / 2) % points;  // as integers: large products cost no precision
            series.emplace_back(std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(turn) / static_cast<double>(points)));
        }
    return series;
}

/// sum += factor x, blocks of pixels with one factor for all.
LARMOR_CLONES void addBlocks(float* __restrict sum, const float* __restrict x, float re, float im, std::int64_t blocks) {
    for (std::int64_t b = 0; b < blocks; ++b, sum += kBlock, x += kBlock)
        for (std::int64_t p = 0; p < kPixels; ++p) {
            sum[p] += re * x[p] - im * x[p + kPixels];
            sum[p + kPixels] += re * x[p + kPixels] + im * x[p];
        }
}

/// Where G[i, j], i <= j, lies among the pairs of n coils.
constexpr std::int64_t pairIndex(std::int64_t i, std::int64_t j, std::int64_t n) {
    return i * n - i * (i - 1) / 2 + j - i;
}

/// w = G v
LARMOR_CLONES void multiplyHermitian(const float* __restrict G, const float* __restrict v, float* __restrict w, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
        float re[kPixels] = {}, im[kPixels] = {};
        for (std::int64_t j = 0; j < i; ++j) {  // G[i, j] is the conjugate of G[j, i]
            const float *g = G + pairIndex(j, i, n) * kBlock, *x = v + j * kBlock;
            for (std::int64_t p = 0; p < kPixels; ++p) {
                re[p] += g[p] * x[p] + g[p + kPixels] * x[p + kPixels];
                im[p] += g[p] * x[p + kPixels] - g[p + kPixels] * x[p];
            }
        }
        for (std::int64_t j = i; j < n; ++j) {
            const float *g = G + pairIndex(i, j, n) * kBlock, *x = v + j * kBlock;
            for (std::int64_t p = 0; p < kPixels; ++p) {
                re[p] += g[p] * x[p] - g[p + kPixels] * x[p + kPixels];
                im[p] += g[p] * x[p + kPixels] + g[p + kPixels] * x[p];
            }
        }
        std::copy_n(re, kPixels, w + i * kBlock);
        std::copy_n(im, kPixels, w + i * kBlock + kPixels);
    }
}

/// <a, b> at each pixel.
LARMOR_CLONES void inner(const float* __restrict a, const float* __restrict b, std::int64_t n, float* __restrict re, float* __restrict im) {
    for (std::int64_t p = 0; p < kPixels; ++p) re[p] = im[p] = 0;
    for (std::int64_t i = 0; i < n; ++i, a += kBlock, b += kBlock)
        for (std::int64_t p = 0; p < kPixels; ++p) {
            re[p] += a[p] * b[p] + a[p + kPixels] * b[p + kPixels];
            im[p] += a[p] * b[p + kPixels] - a[p + kPixels] * b[p];
        }
}

/// y = scale y + (re + i im) x
LARMOR_CLONES void combine(float* __restrict y, const float* __restrict scale, const float* __restrict x, const float* __restrict re,
                           const float* __restrict im, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i, y += kBlock, x += kBlock)
        for (std::int64_t p = 0; p < kPixels; ++p) {
            y[p] = scale[p] * y[p] + re[p] * x[p] - im[p] * x[p + kPixels];
            y[p + kPixels] = scale[p] * y[p + kPixels] + re[p] * x[p + kPixels] + im[p] * x[p];
        }
}

/// To length 1, and to 0 where the square of the length is not above `least`.
LARMOR_CLONES void normalise(float* v, std::int64_t n, float least) {
    float factors[kPixels] = {};
    for (std::int64_t i = 0; i < 2 * n; ++i)
        for (std::int64_t p = 0; p < kPixels; ++p) factors[p] += v[i * kPixels + p] * v[i * kPixels + p];
    for (float& value : factors) value = value > least ? 1 / std::sqrt(value) : 0;
    for (std::int64_t i = 0; i < 2 * n; ++i)
        for (std::int64_t p = 0; p < kPixels; ++p) v[i * kPixels + p] *= factors[p];
}

/// The square of the length of each column of G, [coil, pixel].
LARMOR_CLONES void columnSquares(const float* G, float* squares, std::int64_t n) {
    std::fill_n(squares, n * kPixels, 0.0F);
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = i; j < n; ++j, G += kBlock)
            for (std::int64_t p = 0; p < kPixels; ++p) {
                const float square = G[p] * G[p] + G[p + kPixels] * G[p + kPixels];
                squares[j * kPixels + p] += square;
                if (i != j) squares[i * kPixels + p] += square;
            }
}

/// Gram-Schmidt, twice: what is left of a vector that hardly differs from those before is not yet square to them.
void orthonormalise(float* vectors, std::int64_t count, std::int64_t n) {
    const Lanes ones = [] { Lanes lanes; lanes.fill(1); return lanes; }();
    for (std::int64_t a = 0; a < count; ++a) {
        float* const v = vectors + a * n * kBlock;
        normalise(v, n, kNothing);
        for (int pass = 0; pass < 2 && a > 0; ++pass) {
            for (std::int64_t b = 0; b < a; ++b) {
                Lanes re, im;
                inner(vectors + b * n * kBlock, v, n, re.data(), im.data());
                for (std::size_t p = 0; p < re.size(); ++p) {
                    re[p] = -re[p];
                    im[p] = -im[p];
                }
                combine(v, ones.data(), vectors + b * n * kBlock, re.data(), im.data(), n);
            }
            normalise(v, n, kRounding);
        }
    }
}

/// Cosine and sine of the turn that makes <p, G q> = b vanish and <p, G p> = a the larger one, with the sine times the phase of b.
struct Turn {
    float cosine, sineRe, sineIm;
};
Turn turnFor(float a, float d, float bRe, float bIm) {
    const float length = std::hypot(bRe, bIm), half = (a - d) / 2, root = std::hypot(half, length);
    if (root == 0) return {1, 0, 0};
    if (length == 0) return half >= 0 ? Turn{1, 0, 0} : Turn{0, 1, 0};
    const float doubled = half / root;  // the cosine of twice the angle
    float cosine = std::sqrt((1 + std::abs(doubled)) / 2), sine = length / root / (2 * cosine);
    if (doubled < 0) std::swap(cosine, sine);
    return {cosine, sine * bRe / length, sine * bIm / length};
}

/// p' = c p + conj(s) q, q' = c q - s p
LARMOR_CLONES void turnPair(float* p, float* q, const Lanes& cosine, const Lanes& re, const Lanes& im, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i, p += kBlock, q += kBlock)
        for (std::int64_t x = 0; x < kPixels; ++x) {
            const auto lane = static_cast<std::size_t>(x);
            const float c = cosine[lane], sr = re[lane], si = im[lane];
            const float pr = p[x], pi = p[x + kPixels], qr = q[x], qi = q[x + kPixels];
            p[x] = c * pr + sr * qr + si * qi;
            p[x + kPixels] = c * pi + sr * qi - si * qr;
            q[x] = c * qr - sr * pr + si * pi;
            q[x + kPixels] = c * qi - sr * pi - si * pr;
        }
}
}  // namespace

PixelEigenvectors::PixelEigenvectors(const ComplexArray& lags, std::int64_t readout, std::int64_t phase, std::int64_t sets)
    : m_lags(lags),
      m_coils(lags.extent(0)),
      m_terms(lags.extent(2)),
      m_pairs(m_coils * (m_coils + 1) / 2),
      m_vectorsHeld(std::min(sets + 1, m_coils)),
      m_rowSeries(fourierSeries(readout, m_terms)),
      m_columnSeries(fourierSeries(phase, m_terms)) {}

PixelEigenvectors::Strip::Strip(const PixelEigenvectors& all, std::int64_t column)
    : m_all(all),
      m_table(static_cast<std::size_t>(all.m_terms * all.m_pairs * kBlock), 0.0F),
      m_G(static_cast<std::size_t>(all.m_pairs * kBlock)),
      m_vectors(static_cast<std::size_t>(all.m_vectorsHeld * all.m_coils * kBlock)),
      m_images(m_vectors.size()),
      m_values(static_cast<std::size_t>(all.m_vectorsHeld * kPixels)),
      m_squares(static_cast<std::size_t>(all.m_coils * kPixels)) {
    const std::int64_t n = all.m_coils, terms = all.m_terms, phase = static_cast<std::int64_t>(all.m_columnSeries.size()) / terms;
    std::vector<float> series(static_cast<std::size_t>(terms * kBlock));  // [term, 2, pixel]
    for (std::int64_t term = 0; term < terms; ++term)
        for (std::int64_t pixel = 0; pixel < kPixels; ++pixel) {
            const cfloat value = all.m_columnSeries[static_cast<std::size_t>(std::min(column + pixel, phase - 1) * terms + term)];
            series[static_cast<std::size_t>(term * kBlock + pixel)] = value.real();
            series[static_cast<std::size_t>(term * kBlock + kPixels + pixel)] = value.imag();
        }
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = i; j < n; ++j)
            for (std::int64_t row = 0; row < terms; ++row)
                for (std::int64_t term = 0; term < terms; ++term) {
                    const cfloat lag = all.m_lags(i, j, row, term);
                    addBlocks(m_table.data() + (row * all.m_pairs + pairIndex(i, j, n)) * kBlock, series.data() + term * kBlock, lag.real(), lag.imag(), 1);
                }
}

void PixelEigenvectors::Strip::assemble(std::int64_t row) {
    std::fill(m_G.begin(), m_G.end(), 0.0F);
    for (std::int64_t term = 0; term < m_all.m_terms; ++term) {
        const cfloat factor = m_all.m_rowSeries[static_cast<std::size_t>(row * m_all.m_terms + term)];
        addBlocks(m_G.data(), m_table.data() + term * m_all.m_pairs * kBlock, factor.real(), factor.imag(), m_all.m_pairs);
    }
}

void PixelEigenvectors::Strip::addHeaviestColumn() {
    const std::int64_t n = m_all.m_coils;
    float* const last = m_vectors.data() + (m_all.m_vectorsHeld - 1) * n * kBlock;
    columnSquares(m_G.data(), m_squares.data(), n);
    for (std::int64_t pixel = 0; pixel < kPixels; ++pixel) {
        const auto square = [&](std::int64_t i) { return m_squares[static_cast<std::size_t>(i * kPixels + pixel)]; };
        std::int64_t heaviest = 0;
        for (std::int64_t i = 1; i < n; ++i)
            if (square(i) > square(heaviest)) heaviest = i;
        for (std::int64_t i = 0; i < n; ++i) {
            const float* const g = m_G.data() + pairIndex(std::min(i, heaviest), std::max(i, heaviest), n) * kBlock + pixel;
            last[i * kBlock + pixel] = g[0];
            last[i * kBlock + kPixels + pixel] = i <= heaviest ? g[kPixels] : -g[kPixels];
        }
    }
}

void PixelEigenvectors::Strip::takeAll() {
    const std::int64_t n = m_all.m_coils;
    std::fill(m_vectors.begin(), m_vectors.end(), 0.0F);
    for (std::int64_t i = 0; i < n; ++i) std::fill_n(m_vectors.data() + (i * n + i) * kBlock, kPixels, 1.0F);
    for (std::int64_t v = 0; v < n; ++v) multiplyHermitian(m_G.data(), m_vectors.data() + v * n * kBlock, m_images.data() + v * n * kBlock, n);
}

void PixelEigenvectors::Strip::iterate(int times) {
    const std::int64_t n = m_all.m_coils, vectors = m_all.m_vectorsHeld;
    orthonormalise(m_vectors.data(), vectors, n);
    for (int i = 0; i <= times; ++i) {
        for (std::int64_t v = 0; v < vectors; ++v) multiplyHermitian(m_G.data(), m_vectors.data() + v * n * kBlock, m_images.data() + v * n * kBlock, n);
        if (i == times) return;
        std::swap(m_vectors, m_images);
        orthonormalise(m_vectors.data(), vectors, n);
    }
}

/// Jacobi's method on what G is in the space of the vectors: each turn makes one of a pair the larger one.
void PixelEigenvectors::Strip::rotateToEigenvectors() {
    const std::int64_t n = m_all.m_coils, vectors = m_all.m_vectorsHeld;
    const auto at = [&](std::vector<float>& all, std::int64_t v) { return all.data() + v * n * kBlock; };
    const int sweeps = vectors > 2 ? 5 : 1;  // a pair needs one
    for (int sweep = 0; sweep < sweeps; ++sweep)
        for (std::int64_t p = 0; p < vectors; ++p)
            for (std::int64_t q = p + 1; q < vectors; ++q) {
                Lanes a, d, re, im, nothing, cosine;
                inner(at(m_vectors, p), at(m_images, p), n, a.data(), nothing.data());
                inner(at(m_vectors, q), at(m_images, q), n, d.data(), nothing.data());
                inner(at(m_vectors, p), at(m_images, q), n, re.data(), im.data());
                for (std::size_t i = 0; i < cosine.size(); ++i) {
                    const Turn turn = turnFor(a[i], d[i], re[i], im[i]);
                    cosine[i] = turn.cosine;
                    re[i] = turn.sineRe;
                    im[i] = turn.sineIm;
                }
                turnPair(at(m_vectors, p), at(m_vectors, q), cosine, re, im, n);
                turnPair(at(m_images, p), at(m_images, q), cosine, re, im, n);
            }
    Lanes nothing;
    for (std::int64_t v = 0; v < vectors; ++v) inner(at(m_vectors, v), at(m_images, v), n, m_values.data() + v * kPixels, nothing.data());
}

void PixelEigenvectors::Strip::advance(std::int64_t row) {
    assemble(row);
    if (m_all.m_vectorsHeld == m_all.m_coils) {  // so few coils that the vectors span all there is
        takeAll();
        return rotateToEigenvectors();
    }
    if (!m_begun)  // anything that is nobody's eigenvector
        for (std::size_t i = 0; i < m_vectors.size(); ++i) m_vectors[i] = static_cast<float>(std::cos(1.7 * static_cast<double>(i / kPixels)));
    addHeaviestColumn();
    iterate(m_begun ? kOtherRows : kFirstRow);
    rotateToEigenvectors();
    m_begun = true;
}

}  // namespace larmor::cpu
