// Whitening and compression of coils, from what they must do.
#include "core/base/api/coil_lab.h"

#include <cmath>

#include "core/base/masks/mask_generator.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::test;

extern "C" larmor::CoilLab* larmorCreateCoilLab();

namespace {
CoilLab& lab() {
    static CoilLab* one = larmorCreateCoilLab();
    return *one;
}

/// Noise whose coils are mixed by a fixed matrix, [coil, sample].
at::Tensor correlatedNoise(std::int64_t coils, std::int64_t samples, std::uint64_t seed) {
    const at::Tensor mixing = recon::toTensor(randomComplex({coils, coils}, 7)) + 2 * at::eye(coils);
    return at::matmul(mixing, recon::toTensor(randomComplex({coils, samples}, seed)));
}

at::Tensor covarianceOf(const at::Tensor& noise) {
    return at::matmul(noise, noise.conj().t()) / static_cast<double>(noise.size(1));
}

CalibrationSlice fullSlice(const ComplexArray& kspace) {
    return {kspace, SamplingMask::full(kspace.extent(1), kspace.extent(2))};
}

double energy(const ComplexArray& x) {
    double sum = 0;
    for (const auto& value : x.values()) sum += std::norm(std::complex<double>(value));
    return sum;
}

/// Coils that each see a stretch of the readout, as those of a long array do.
ComplexArray longArray(std::int64_t coils, std::int64_t readout, std::int64_t phase) {
    const ComplexArray image = phantomImage(readout, phase), round = phantomMaps(coils, readout, phase);
    ComplexArray seen({coils, readout, phase});
    for (std::int64_t c = 0; c < coils; ++c)
        for (std::int64_t r = 0; r < readout; ++r) {
            const double place =
                static_cast<double>(r) / static_cast<double>(readout) * static_cast<double>(coils) - static_cast<double>(c);
            for (std::int64_t p = 0; p < phase; ++p)
                seen(c, r, p) = image(r, p) * round(c, r, p) * static_cast<float>(std::exp(-place * place / 4));
        }
    return engine().fft2c(seen);
}
}  // namespace

TEST_CASE("Whitened noise has the identity as its covariance, noise that was not looked at too") {
    constexpr std::int64_t kSamples = 20000;
    const at::Tensor noise = correlatedNoise(6, kSamples, 1), other = correlatedNoise(6, kSamples, 2);
    const at::Tensor W = recon::toTensor(lab().whitening(recon::toComplexArray(noise)));
    CHECK(relativeDistance(covarianceOf(at::matmul(W, noise)), at::eye(6, W.options())) < 1e-4);
    // Entries of the covariance scatter by 1/sqrt(n).
    const double scatter = 1 / std::sqrt(static_cast<double>(kSamples));
    CHECK(at::abs(covarianceOf(at::matmul(W, other)) - at::eye(6)).max().item<double>() < 5 * scatter);
    CHECK(at::abs(W.triu(1)).max().item<double>() == 0);
}

TEST_CASE("Noise that cannot be whitened is refused") {
    CHECK_THROWS_AS((void)lab().whitening(randomComplex({6, 6}, 1)), InputError);
    ComplexArray dead = randomComplex({3, 400}, 1);
    for (auto& value : dead.block(1)) value = 0;
    CHECK_THROWS_AS((void)lab().whitening(dead), InputError);
}

TEST_CASE("A compression to all coils turns them and loses nothing, and its rows are orthonormal") {
    const ComplexArray kspace = phantomKspace(6, 48, 40, 1e-2);
    for (const bool geometric : {false, true}) {
        CAPTURE(geometric);
        const auto A = geometric ? lab().geometricCompression({fullSlice(kspace)}, 6) : lab().compression({fullSlice(kspace)}, 6);
        CHECK(A.shape() == (geometric ? Shape{48, 6, 6} : Shape{6, 6}));
        const at::Tensor rows = recon::toTensor(A);
        CHECK(at::abs(at::matmul(rows, rows.conj().transpose(-1, -2)) - at::eye(6)).max().item<double>() < 1e-5);
        const auto before = engine().combine(kspace, Combination::Rss, nullptr);
        CHECK(relativeError(engine().combine(lab().mixed(kspace, A), Combination::Rss, nullptr), before) < 1e-5);
    }
    CHECK_THROWS_AS((void)lab().compression({fullSlice(kspace)}, 7), UsageError);
    CHECK_THROWS_AS((void)lab().compression({fullSlice(ComplexArray({2, 32, 32}))}, 1), InputError);
}

TEST_CASE("Coils that are mixtures of three are compressed to three without loss, the strongest first") {
    const ComplexArray three = phantomKspace(3, 40, 36);
    ComplexArray eight({8, 40, 36});
    const ComplexArray weights = randomComplex({8, 3}, 5);
    for (std::int64_t c = 0; c < 8; ++c)
        for (std::int64_t i = 0; i < 40 * 36; ++i)
            for (std::int64_t t = 0; t < 3; ++t)
                eight.block(c)[static_cast<std::size_t>(i)] += weights(c, t) * three.block(t)[static_cast<std::size_t>(i)];
    const auto compressed = lab().mixed(eight, lab().compression({fullSlice(eight)}, 3));
    CHECK(std::abs(energy(compressed) / energy(eight) - 1) < 1e-5);
    CHECK(energy(compressed.slice(0)) > energy(compressed.slice(1)));
    CHECK(energy(compressed.slice(1)) > energy(compressed.slice(2)));
}

TEST_CASE("A geometric compression keeps more of coils along the readout than one mixture for all, and its neighbours stay close") {
    const ComplexArray kspace = longArray(8, 64, 48);
    const auto lost = [&](const ComplexArray& A) { return 1 - energy(lab().mixed(kspace, A)) / energy(kspace); };
    const auto A = lab().geometricCompression({fullSlice(kspace)}, 3);
    const double single = lost(lab().compression({fullSlice(kspace)}, 3)), geometric = lost(A);
    MESSAGE("energy lost by 3 of 8 coils: one mixture ", single, ", geometric ", geometric);
    CHECK(geometric < 0.3 * single);
    CHECK(geometric > -1e-5);
    // No turn brings neighbours nearer: min |U A' - A|^2 = 2 (3 - sum of the singular values of A' A^H).
    const at::Tensor rows = recon::toTensor(A), here = rows.narrow(0, 0, 63), next = rows.narrow(0, 1, 63);
    const at::Tensor step = at::abs(next - here).square().sum(at::IntArrayRef{1, 2});
    const at::Tensor least = 2 * (3 - at::linalg_svdvals(at::matmul(next, here.conj().transpose(1, 2))).sum(1));
    CHECK(at::abs(step - least).max().item<double>() < 1e-4);
}

TEST_CASE("Mixed maps are the maps of mixed coils") {
    const ComplexArray maps = phantomMaps(5, 32, 30), image = phantomImage(32, 30);
    const ComplexArray kspace = engine().fft2c(coilImages(image, maps));
    for (const bool geometric : {false, true}) {
        CAPTURE(geometric);
        const auto A = geometric ? lab().geometricCompression({fullSlice(kspace)}, 3) : lab().compression({fullSlice(kspace)}, 3);
        const auto expected = engine().ifft2c(lab().mixed(kspace, A));
        CHECK(relativeError(coilImages(image, lab().mixedMaps(maps, A, false)), expected) < 1e-5);
        const at::Tensor sum = at::abs(recon::toTensor(lab().mixedMaps(maps, A, true))).square().sum(0);
        CHECK(at::abs(sum - 1).max().item<double>() < 1e-5);
    }
    CHECK_THROWS_AS((void)lab().mixedMaps(maps, ComplexArray({3, 4}), false), ShapeError);
    CHECK_THROWS_AS((void)lab().mixed(kspace, ComplexArray({31, 3, 5})), ShapeError);
}

TEST_CASE("Only samples that the mask keeps decide the compression") {
    const ComplexArray kspace = phantomKspace(4, 64, 48, 1e-2);
    const SamplingMask mask = masks::generate(masks::parseMaskSpec("equispaced:R=3,acs=12,seed=1"), 64, 48);
    const auto A = lab().compression({{kspace, mask}}, 2);
    CHECK(A == lab().compression({{applyMask(kspace, mask), mask}}, 2));
    CHECK_FALSE(A == lab().compression({fullSlice(kspace)}, 2));
}
