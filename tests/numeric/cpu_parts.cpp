// The parts of larmor_cpu, each against LibTorch in double precision or against what it must be.
#include <atomic>
#include <cmath>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "core/cpu/array_space.h"
#include "core/cpu/espirit_kernels.h"
#include "core/cpu/fft.h"
#include "core/cpu/line_steps.h"
#include "core/cpu/pixel_eigenvectors.h"
#include "core/cpu/sense_operator.h"
#include "core/cpu/wavelet.h"
#include "core/cpu/workers.h"
#include "core/recon/coils/fourier_series.h"
#include "core/recon/operators/sense_operator.h"
#include "core/recon/solvers/total_variation.h"
#include "core/recon/solvers/wavelet.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::test;
using recon::toComplexArray;
using recon::toTensor;

namespace {
const std::vector<Shape> kSizes{{16, 16}, {16, 10}, {15, 15}, {15, 16}, {9, 21}, {1, 7}, {7, 1}, {1, 1}, {2, 3}, {40, 33}, {46, 35}};

at::Tensor wide(const ComplexArray& x) {
    return toTensor(x).to(at::kComplexDouble);
}

ByteArray randomKept(const Shape& shape, std::uint64_t seed) {
    ByteArray kept(shape);
    const ComplexArray numbers = randomComplex(shape, seed);
    for (std::int64_t i = 0; i < kept.size(); ++i) kept[i] = numbers[i].real() > -0.2F;
    return kept;
}

/// Every `step`th column from `first` on.
ByteArray keptLines(const Shape& size, std::int64_t first, std::int64_t step) {
    ByteArray kept(size);
    for (std::int64_t i = 0; i < kept.size(); ++i) kept[i] = i % size[1] % step == first % step;
    return kept;
}

at::Tensor maskTensor(const ByteArray& kept) {
    RealArray values(kept.shape());
    for (std::int64_t i = 0; i < kept.size(); ++i) values[i] = kept[i] ? 1.0F : 0.0F;
    return toTensor(values);
}

/// Both operators of the same problem, this one in single precision.
void compareSense(const ComplexArray& maps, const ByteArray& kept) {
    CAPTURE(toText(maps.shape()));
    const recon::SenseOperator expected(wide(maps), maskTensor(kept));
    const cpu::SenseOperator found(maps, kept);
    REQUIRE(found.domain() == expected.domain());
    const ComplexArray y = randomComplex(expected.codomain(), 3), x = randomComplex(expected.domain(), 4);
    // 1 is added for masks that keep nothing.
    CHECK(relativeDistance(wide(found.adjoint(y)) + 1, expected.adjoint(wide(y)) + 1) < kFloatTolerance);
    CHECK(relativeDistance(wide(found.normal(x)) + 1, expected.normal(wide(x)) + 1) < kFloatTolerance);
}

/// What `work` gives with 1, 2 and 5 threads, which must be the same.
template <class Work>
auto withAnyThreads(const Work& work) {
    cpu::setThreads(1);
    const auto one = work();
    for (const int threads : {2, 5}) {
        cpu::setThreads(threads);
        CHECK(work() == one);
    }
    cpu::setThreads(0);
    return one;
}
}  // namespace

TEST_CASE("Items of work are all done once, on as many threads as were asked for, and give their errors back") {
    for (const int threads : {1, 3}) {
        cpu::setThreads(threads);
        std::vector<std::atomic<int>> done(1000);
        std::set<std::thread::id> seen;
        std::mutex seeing;
        for (int round = 0; round < 50; ++round)
            cpu::parallelFor(1000, [&](std::int64_t i) {
                ++done[static_cast<std::size_t>(i)];
                const std::lock_guard lock(seeing);
                seen.insert(std::this_thread::get_id());
            });
        for (const auto& count : done) REQUIRE(count == 50);
        CHECK(seen.size() <= static_cast<std::size_t>(threads));
        CHECK_THROWS_AS(cpu::parallelFor(10, [](std::int64_t i) { if (i == 7) throw std::runtime_error("seven"); }), std::runtime_error);
        std::atomic<int> inner{0};
        cpu::parallelFor(4, [&](std::int64_t) {
            CHECK(cpu::threads() == 1);  // within an item everything is on its thread
            cpu::parallelFor(5, [&](std::int64_t) { ++inner; });
        });
        CHECK(inner == 20);
        cpu::parallelFor(0, [](std::int64_t) { FAIL("there was nothing to do"); });
    }
    cpu::setThreads(0);
}

TEST_CASE("Lines of any length are transformed as their sum says, wherever they lie, each by itself") {
    for (const std::int64_t points : {1, 2, 3, 4, 5, 6, 8, 9, 12, 15, 16, 20, 23, 25, 49, 61, 67, 97, 121, 128, 134, 180, 230, 359, 368, 640}) {
        CAPTURE(points);
        const std::int64_t lines = 19;  // more than go side by side, and not twice as many
        const ComplexArray x = randomComplex({lines, points}, 3);
        const at::Tensor expected = at::fft_fft(wide(x));
        ComplexArray k = x;
        cpu::transformLines(k.data(), {lines, points, points, 1}, cpu::Direction::Forward);
        CHECK(relativeDistance(wide(k), expected) < kFloatTolerance);
        ComplexArray turned = toComplexArray(toTensor(x).t().contiguous());
        cpu::transformLines(turned.data(), {lines, 1, points, lines}, cpu::Direction::Forward);
        CHECK(relativeDistance(wide(turned), expected.t()) < kFloatTolerance);
        ComplexArray alone = x.slice(17);
        cpu::transformLines(alone.data(), {1, points, points, 1}, cpu::Direction::Forward);
        CHECK(alone == k.slice(17));
        cpu::transformLines(k.data(), {lines, points, points, 1}, cpu::Direction::Inverse);
        CHECK(relativeDistance(wide(k), wide(x) * static_cast<double>(points)) < kFloatTolerance);
    }
    cpu::transformLines(nullptr, {0, 5, 5, 1}, cpu::Direction::Forward);
}

TEST_CASE("The steps of a transform are the same for every level of processors that this one belongs to") {
    const auto levels = cpu::stepsOfThisProcessor();
    MESSAGE("levels: ", levels.size());
    for (const std::int64_t radix : {2, 3, 4, 5, 7, 23, 61}) {
        CAPTURE(radix);
        const std::int64_t points = 3 * radix, s = 2;
        const cpu::Step step = cpu::makeStep(radix, points, s);
        const ComplexArray x = randomComplex({points * s, cpu::kLanes}, 4);
        const auto taken = [&](cpu::TakeStep take) {
            ComplexArray y(x.shape());
            take(step, reinterpret_cast<const float*>(x.data()), reinterpret_cast<float*>(y.data()));
            return y;
        };
        for (const auto level : levels) CHECK(relativeError(taken(level), taken(levels.front())) < kFloatTolerance);
    }
}

TEST_CASE("The centred transform is the sum that defines it, and its inverse undoes it") {
    for (const auto& size : kSizes) {
        CAPTURE(toText(size));
        const ComplexArray x = randomComplex({3, size[0], size[1]}, 5);
        const ComplexArray k = withAnyThreads([&] { return cpu::centredTransform(x, cpu::Direction::Forward); });
        CHECK(relativeError(k, dft2c(x)) < kFloatTolerance);
        CHECK(relativeError(cpu::centredTransform(k, cpu::Direction::Inverse), x) < kFloatTolerance);
    }
    CHECK_THROWS_AS((void)cpu::centredTransform(ComplexArray({5}), cpu::Direction::Forward), ShapeError);
    for (const Shape& shape : {Shape{0, 4, 4}, Shape{3, 0, 5}, Shape{3, 5, 0}}) CHECK(cpu::centredTransform(ComplexArray(shape), cpu::Direction::Forward).shape() == shape);
}

TEST_CASE("A^H and A^H A are LibTorch's, for whole lines, any samples, samples of each coil and sets of maps") {
    for (const auto& size : kSizes) {
        const ComplexArray maps = randomComplex({5, size[0], size[1]}, 7), sets = randomComplex({2, 5, size[0], size[1]}, 8);
        for (const auto& kept : {randomKept(size, 9), keptLines(size, 1, 3), keptLines({size[0], size[1]}, 0, 1)}) {
            compareSense(maps, kept);
            compareSense(sets, kept);
        }
        compareSense(maps, randomKept({5, size[0], size[1]}, 10));
        compareSense(sets, randomKept({5, size[0], size[1]}, 10));
    }
    CHECK_THROWS_AS(cpu::SenseOperator(ComplexArray({3, 4, 5}), ByteArray({5, 4})), ShapeError);
    CHECK_THROWS_AS(cpu::SenseOperator(ComplexArray({4, 5}), ByteArray({4, 5})), ShapeError);
}

TEST_CASE("The operator's bytes do not depend on the number of threads") {
    const Shape size{46, 35};
    const ComplexArray maps = randomComplex({5, size[0], size[1]}, 7), x = randomComplex(size, 4), y = randomComplex({5, size[0], size[1]}, 6);
    for (const auto& kept : {randomKept(size, 9), keptLines(size, 1, 3)}) {
        const cpu::SenseOperator A(maps, kept);
        (void)withAnyThreads([&] { return A.normal(x); });
        (void)withAnyThreads([&] { return A.adjoint(y); });
    }
}

TEST_CASE("Wavelet coefficients are LibTorch's and give the image back") {
    for (const Shape& size : {Shape{64, 64}, Shape{32, 128}, Shape{160, 96}}) {
        CAPTURE(toText(size));
        const ComplexArray image = randomComplex(size, 11);
        const cpu::WaveletTransform W(size[0], size[1]);
        const recon::WaveletTransform expected(size[0], size[1]);
        REQUIRE(W.frame().levels == expected.levels());
        REQUIRE(W.frame().levels > 0);
        const ComplexArray coefficients = withAnyThreads([&] {
            ComplexArray all = image;
            W.analyse(all.data());
            return all;
        });
        CHECK(relativeDistance(wide(coefficients), expected.forward(wide(image))) < kFloatTolerance);
        ComplexArray again = coefficients;
        W.synthesise(again.data());
        CHECK(relativeError(again, image) < kFloatTolerance);
    }
}

TEST_CASE("Shrinkage is LibTorch's with the same shifts, for sizes with and without a frame, and for sets of images") {
    for (const Shape& size : {Shape{64, 64}, Shape{45, 50}, Shape{70, 33}, Shape{9, 40}, Shape{2, 48, 52}}) {
        CAPTURE(toText(size));
        const std::int64_t rows = size[size.size() - 2], columns = size.back();
        for (const bool random : {false, true}) {
            cpu::WaveletShrinkage found(rows, columns, 0.7, random, NoiseSource(9, 2));
            recon::WaveletShrinkage expected(recon::WaveletTransform(rows, columns), 0.7, random, NoiseSource(9, 2));
            for (std::uint64_t call = 0; call < 20; ++call) {
                const ComplexArray z = randomComplex(size, 20 + call);
                CHECK(relativeDistance(wide(found(z)), expected(wide(z))) < kFloatTolerance);
            }
        }
    }
}

TEST_CASE("Sums and differences of arrays are those of tensors") {
    using Arrays = solvers::Differences<ComplexArray>;
    using Tensors = solvers::Differences<at::Tensor>;
    using Space = solvers::VectorSpace<ComplexArray>;
    for (const Shape& size : {Shape{16, 10}, Shape{15, 21}, Shape{1, 7}, Shape{7, 1}, Shape{2, 9, 12}}) {
        CAPTURE(toText(size));
        const ComplexArray x = randomComplex(size, 1), other = randomComplex(size, 2);
        CHECK(Space::realInner(x, other) == doctest::Approx(recon::realInner(wide(x), wide(other))).epsilon(1e-6));
        ComplexArray y = other;
        Space::add(y, x, -1.5);
        Space::scale(y, 0.25);
        CHECK(relativeDistance(wide(y), (wide(other) - 1.5 * wide(x)) * 0.25) < kFloatTolerance);
        const ComplexArray v = Arrays::of(x);
        CHECK(relativeDistance(wide(v) + 1, Tensors::of(wide(x)) + 1) < kFloatTolerance);
        at::Tensor expected = wide(other);
        y = other;
        Arrays::addDivergence(y, randomComplex(v.shape(), 3), 0.7);
        Tensors::addDivergence(expected, wide(randomComplex(v.shape(), 3)), 0.7);
        CHECK(relativeDistance(wide(y), expected) < kFloatTolerance);
        Arrays::addLaplacian(y, x, -0.3);
        Tensors::addLaplacian(expected, wide(x), -0.3);
        CHECK(relativeDistance(wide(y), expected) < kFloatTolerance);
        ComplexArray u = randomComplex(v.shape(), 5), z = u;
        at::Tensor expectedZ = wide(u);
        Arrays::shrink(z, u, 2);
        Tensors::shrink(expectedZ, wide(u), 2);
        CHECK(relativeDistance(wide(z), expectedZ) < kFloatTolerance);
        CHECK(expectedZ.eq(0).any().item<bool>());  // some shrink to nothing
    }
}

namespace {
/// The matrices of ESPIRiT at every pixel of [readout, phase], [readout, phase, coil, coil], in double precision.
at::Tensor matricesOf(const ComplexArray& lags, std::int64_t readout, std::int64_t phase) {
    const std::int64_t terms = lags.extent(2);
    const auto series = [&](std::int64_t n) { return recon::fourierSeries(n, -(terms / 2), terms, at::kComplexDouble, at::kCPU, n / 2); };
    return at::einsum("rt,ijts,ps->rpij", {series(readout), wide(lags), series(phase)});
}
}  // namespace

TEST_CASE("Eigenvectors at the pixels are those that a dense solver finds, one or two of each") {
    const ComplexArray kspace = phantomKspace(5, 40, 37, 1e-2);
    ComplexArray calibration({5, 24, 24});
    for (std::int64_t c = 0; c < 5; ++c)
        for (std::int64_t r = 0; r < 24; ++r)
            for (std::int64_t p = 0; p < 24; ++p) calibration(c, r, p) = kspace(c, 8 + r, 6 + p);
    const ComplexArray lags = cpu::lagCovariance(cpu::signalKernels(calibration, 6, 0.001));
    const at::Tensor G = matricesOf(lags, 40, 37);
    const auto [values, vectors] = at::linalg_eigh(G);
    for (const std::int64_t sets : {1, 2}) {
        CAPTURE(sets);
        const cpu::PixelEigenvectors found(lags, 40, 37, sets);
        double worstValue = 0, worstResidual = 0;
        std::int64_t looked = 0;
        for (std::int64_t column = 0; column < 37; column += cpu::PixelEigenvectors::kPixels) {
            cpu::PixelEigenvectors::Strip strip(found, column);
            for (std::int64_t row = 0; row < 40; ++row) {
                strip.advance(row);
                for (std::int64_t pixel = 0; pixel < std::min(cpu::PixelEigenvectors::kPixels, 37 - column); ++pixel)
                    for (std::int64_t set = 0; set < sets; ++set) {
                        const double value = values[row][column + pixel][4 - set].item<double>();
                        if (value < 0.7) continue;  // what any crop that is used leaves out
                        ComplexArray vector({5});
                        for (std::int64_t coil = 0; coil < 5; ++coil) vector[coil] = strip.vector(set, coil, pixel);
                        const at::Tensor v = wide(vector), residual = at::matmul(G[row][column + pixel], v) - v * value;
                        worstValue = std::max(worstValue, std::abs(value - static_cast<double>(strip.value(set, pixel))));
                        worstResidual = std::max(worstResidual, at::linalg_vector_norm(residual).item<double>());
                        ++looked;
                    }
            }
        }
        MESSAGE(sets, " sets, ", looked, " eigenvalues above 0.7: worst difference ", worstValue, ", worst residual ", worstResidual);
        CHECK(looked > 300 * sets);
        CHECK(worstValue < 0.005);
        CHECK(worstResidual < 0.05);
    }
}

TEST_CASE("As few coils as vectors are wanted give all their eigenvalues") {
    ComplexArray lags({2, 2, 3, 3});
    lags(0, 0, 1, 1) = 1;
    lags(1, 1, 1, 1) = 0.95F;
    for (const std::int64_t coils : {1, 2}) {
        ComplexArray own({coils, coils, 3, 3});
        for (std::int64_t i = 0; i < coils; ++i) own(i, i, 1, 1) = lags(i, i, 1, 1);
        const cpu::PixelEigenvectors found(own, 6, 16, 2);
        cpu::PixelEigenvectors::Strip strip(found, 0);
        for (std::int64_t row = 0; row < 6; ++row) {
            strip.advance(row);
            CHECK(static_cast<double>(strip.value(0, 5)) == doctest::Approx(1));
            CHECK(static_cast<double>(strip.value(1, 5)) == doctest::Approx(coils == 2 ? 0.95 : 0));
            CHECK(static_cast<double>(std::abs(strip.vector(1, coils - 1, 5))) == doctest::Approx(coils == 2 ? 1 : 0));
        }
    }
}

TEST_CASE("Two eigenvalues that cross from one pixel to the next are told apart") {
    // G is diagonal: the first coil sees the upper part of the image, the second one the lower part, and a row apart they change places.
    constexpr std::int64_t kRows = 64, kTerms = 11;
    ComplexArray lags({2, 2, kTerms, kTerms});
    const std::int64_t middle = kTerms / 2;
    for (std::int64_t i = 0; i < 2; ++i) {
        const float sign = i == 0 ? 1 : -1;
        lags(i, i, middle, middle) = 0.5F;  // 0.5 +- (sin + sin 3 / 3 + sin 5 / 5) / 2, as steep as eleven terms can
        for (const std::int64_t odd : {1, 3, 5}) {
            const auto height = cfloat(0, -sign * 0.25F / static_cast<float>(odd));
            lags(i, i, middle + odd, middle) = height;
            lags(i, i, middle - odd, middle) = std::conj(height);
        }
    }
    const cpu::PixelEigenvectors found(lags, kRows, 16, 1);
    cpu::PixelEigenvectors::Strip strip(found, 0);
    const at::Tensor G = matricesOf(lags, kRows, 16);
    int changes = 0, last = -1;
    for (std::int64_t row = 0; row < kRows; ++row) {
        strip.advance(row);
        const double first = at::real(G[row][3][0][0]).item<double>(), second = at::real(G[row][3][1][1]).item<double>();
        const int larger = first > second ? 0 : 1;
        changes += last >= 0 && larger != last;
        last = larger;
        if (std::abs(first - second) < 0.1) continue;
        CHECK(static_cast<double>(std::abs(strip.vector(0, larger, 3))) > 0.999);
        CHECK(static_cast<double>(strip.value(0, 3)) == doctest::Approx(std::max(first, second)).epsilon(1e-4));
    }
    CHECK(changes >= 1);
}
