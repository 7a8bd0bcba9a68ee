// Solvers of series against the same recursions written independently with NumPy (series_recursions.py), and their parts.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/recon/fft/centred_fft.h"
#include "core/recon/operators/operator_checks.h"
#include "core/recon/operators/sense_operator.h"
#include "core/recon/operators/series_sense_operator.h"
#include "core/recon/series/kt_shrinkage.h"
#include "core/recon/series/low_rank_plus_sparse.h"
#include "core/recon/series/series_problem.h"
#include "core/recon/series/temporal_fourier.h"
#include "core/recon/solvers/fista.h"
#include "tests/numeric/tensors.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
using cdouble = std::complex<double>;
constexpr double kMatches = 1e-9;  // double precision through some tens of steps

at::Tensor unitMaps(std::int64_t coils, std::int64_t readout, std::int64_t phase, at::ScalarType type) {
    const at::Tensor maps = randomTensor({coils, readout, phase}, type, 7);
    return maps / at::linalg_vector_norm(maps, 2, {0}, true);
}

at::Tensor randomMasks(std::int64_t frames, std::int64_t readout, std::int64_t phase) {
    return (at::real(randomTensor({frames, readout, phase}, at::kComplexDouble, 8)) > 0).to(at::kFloat);
}

/// A series with a still background and a part that turns, in double precision, and its normal equations.
struct SmallSeries {
    std::int64_t frames = 7, coils = 3, readout = 32, phase = 32;
    at::Tensor maps = unitMaps(coils, readout, phase, at::kComplexDouble), masks = randomMasks(frames, readout, phase), y;
    std::shared_ptr<SeriesSenseOperator> A = std::make_shared<SeriesSenseOperator>(maps, masks);

    SmallSeries() {
        at::Tensor x = randomTensor({readout, phase}, at::kComplexDouble, 3).unsqueeze(0).repeat({frames, 1, 1});
        for (std::int64_t t = 0; t < frames; ++t) x[t].narrow(0, 4, 8).mul_(1.0 + 0.5 * std::cos(2 * M_PI * static_cast<double>(t) / 7));
        y = A->forward(x) + A->forward(randomTensor({frames, readout, phase}, at::kComplexDouble, 4)) * 0.05;
    }
    [[nodiscard]] NormalEquations equations() const {
        return {[A = A](const at::Tensor& x) { return A->normal(x); }, A->adjoint(y), length(y)};
    }
    /// What the script makes of it. @param W  wavelet matrix; undefined: none
    [[nodiscard]] at::Tensor expected(nlohmann::json options, const at::Tensor& W = {}) const {
        const TempDir folder;
        const auto write = [&](const std::string& name, const at::Tensor& values) {
            const at::Tensor flat = values.to(at::kComplexDouble).resolve_conj().contiguous();
            writeRaw<cdouble>(folder.file(name), {reinterpret_cast<const cdouble*>(flat.const_data_ptr()), static_cast<std::size_t>(flat.numel())});
        };
        write("y", y);
        write("maps", maps);
        write("masks", masks);
        if (W.defined()) write("W", W);
        options["shape"] = {frames, coils, readout, phase};
        writeFile(folder.file("options.json"), options.dump());
        (void)runPython(readFile(std::string(LARMOR_SOURCE_DIR) + "/tests/numeric/series_recursions.py"), {folder.path()});
        auto x = readRaw<cdouble>(folder.file("x"));
        return at::from_blob(x.data(), {frames, readout, phase}, at::kComplexDouble).clone();
    }
};

/// Column by column.
at::Tensor matrixOf(const WaveletTransform& W) {
    const auto size = W.domain()[0] * W.domain()[1];
    std::vector<at::Tensor> columns;
    for (std::int64_t i = 0; i < size; ++i) {
        at::Tensor unit = at::zeros({size}, at::kComplexDouble);
        unit[i].fill_(1);
        columns.push_back(W.forward(unit.reshape(W.domain())).reshape({-1}));
    }
    return at::stack(columns, 1);
}
}  // namespace

TEST_CASE("SENSE of a series: adjoint, normal operator, and frame by frame what SENSE of one image is") {
    for (const auto type : {at::kComplexDouble, at::kComplexFloat})
        for (const Shape& size : {Shape{16, 16}, Shape{15, 10}, Shape{9, 21}}) {
            CAPTURE(toText(size));
            const at::Tensor maps = unitMaps(4, size[0], size[1], type), masks = randomMasks(5, size[0], size[1]);
            const SeriesSenseOperator A(maps, masks);
            CHECK(adjointError(A, type) < tolerance(type));
            CHECK(normalError(A, type) < tolerance(type));
            const at::Tensor x = randomTensor(A.domain(), type, 2), Ax = A.forward(x);
            for (std::int64_t frame = 0; frame < 5; ++frame)
                CHECK(relativeDistance(Ax[frame], SenseOperator(maps, masks[frame]).forward(x[frame])) < tolerance(type));
        }
    const SeriesSenseOperator A(unitMaps(2, 8, 6, at::kComplexFloat), randomMasks(3, 8, 6));
    CHECK_THROWS_AS((void)A.forward(randomTensor({4, 8, 6}, at::kComplexFloat, 1)), ShapeError);
    CHECK_THROWS_AS((void)A.adjoint(randomTensor({3, 8, 6}, at::kComplexFloat, 1)), ShapeError);
    CHECK_THROWS_AS(SeriesSenseOperator(unitMaps(2, 8, 6, at::kComplexFloat), randomMasks(3, 6, 8)), ShapeError);
}

TEST_CASE("The temporal Fourier transform is unitary over the frames, the still part first") {
    const at::Tensor x = randomTensor({6, 4, 5}, at::kComplexDouble, 1);
    const at::Tensor c = temporalFourier(x);
    for (std::int64_t k = 0; k < 6; ++k) {
        at::Tensor sum = at::zeros({4, 5}, at::kComplexDouble);
        for (std::int64_t t = 0; t < 6; ++t) {
            const auto turn = std::polar(1 / std::sqrt(6.0), -2 * M_PI * static_cast<double>(k * t) / 6);
            sum += x[t] * c10::complex<double>(turn.real(), turn.imag());
        }
        CHECK(relativeDistance(c[k], sum) < kDoubleTolerance);
    }
    CHECK(relativeDistance(inverseTemporalFourier(c), x) < kDoubleTolerance);
}

TEST_CASE("Singular values are thresholded as a full decomposition does it") {
    for (const auto type : {at::kComplexDouble, at::kComplexFloat}) {
        const at::Tensor x = randomTensor({6, 9, 7}, type, 5);
        const auto [U, s, Vh] = at::linalg_svd(x.to(at::kComplexDouble).reshape({6, -1}), false);
        const at::Tensor kept = at::clamp_min(s - 0.6 * s.max(), 0);
        REQUIRE((kept > 0).sum().item<int>() < 6);
        const at::Tensor expected = at::matmul(U * kept, Vh).reshape({6, 9, 7});
        CHECK(relativeDistance(thresholdSingularValues(x, 0.6), expected) < tolerance(type) * 10);
    }
    CHECK(relativeDistance(thresholdSingularValues(randomTensor({3, 8, 8}, at::kComplexDouble, 2), 0), randomTensor({3, 8, 8}, at::kComplexDouble, 2)) < 1e-10);
    CHECK(thresholdSingularValues(at::zeros({3, 8, 8}, at::kComplexFloat), 0.1).abs().max().item<float>() == 0);
}

TEST_CASE("k-t FISTA is its recursion, without wavelets and with them") {
    const SmallSeries series;
    for (const bool wavelets : {false, true}) {
        CAPTURE(wavelets);
        const double lambda = 0.08, step = 0.9;
        KtShrinkage shrinkage(series.readout, series.phase, {lambda * step, wavelets, false}, NoiseSource(1));
        const auto prox = [&](const at::Tensor& z, std::int64_t) { return shrinkage(z); };
        const auto found = fista(series.equations(), prox, {step, 15}).x;
        const WaveletTransform W(series.readout, series.phase);
        REQUIRE(W.levels() > 0);
        const at::Tensor expected = series.expected({{"method", "kt"}, {"lambda", lambda}, {"step", step}, {"iterations", 15}}, wavelets ? matrixOf(W) : at::Tensor());
        CHECK(relativeDistance(found, expected) < kMatches);
    }
}

TEST_CASE("L+S is its recursion") {
    const SmallSeries series;
    const auto found = lowRankPlusSparse(series.equations(), {0.1, 0.15, 20}).x;
    const at::Tensor expected = series.expected({{"method", "ls"}, {"lambda_l", 0.1}, {"lambda_s", 0.15}, {"iterations", 20}});
    CHECK(relativeDistance(found, expected) < kMatches);
    // Both parts matter: without one of them another series comes out.
    CHECK(relativeDistance(lowRankPlusSparse(series.equations(), {1, 0.15, 20}).x, expected) > 0.01);
    CHECK(relativeDistance(lowRankPlusSparse(series.equations(), {0.1, 1e3, 20}).x, expected) > 0.01);
}

TEST_CASE("The mean over time takes each sample from the frames that hold it") {
    const at::Tensor y = randomTensor({4, 2, 6, 5}, at::kComplexDouble, 6), masks = randomMasks(4, 6, 5);
    const TimeMean mean = timeMean(y * masks.unsqueeze(1), masks);
    for (std::int64_t r = 0; r < 6; ++r)
        for (std::int64_t p = 0; p < 5; ++p) {
            at::Tensor sum = at::zeros({2}, at::kComplexDouble);
            int count = 0;
            for (std::int64_t t = 0; t < 4; ++t) {
                if (masks[t][r][p].item<float>() == 0) continue;
                sum += y[t].select(1, r).select(1, p);
                ++count;
            }
            CHECK(mean.mask[r][p].item<float>() == (count > 0 ? 1 : 0));
            if (count > 0) CHECK(relativeDistance(mean.kspace.select(1, r).select(1, p), sum / count) < 1e-6);
        }
}
