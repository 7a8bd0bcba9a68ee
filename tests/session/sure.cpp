// Stein's estimate: the noise from the edge of k-space, the estimate against what it estimates, and the value that it chooses.
#include <doctest/doctest.h>

#include <cmath>

#include "core/session/auto_tune.h"
#include "core/session/engine_host.h"
#include "core/session/sure.h"
#include "core/session/tuning_curve.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {
constexpr std::int64_t kCoils = 5, kReadout = 96, kPhase = 88;

SamplingMask everySecondLine() {
    std::vector<std::uint8_t> columns(kPhase);
    for (std::int64_t p = 0; p < kPhase; ++p) columns[static_cast<std::size_t>(p)] = p % 2 == 0 || std::abs(p - kPhase / 2) < 9;
    return SamplingMask::fromColumns(columns, kReadout, "every second");
}

ComplexArray scaled(ComplexArray x, float factor) {
    for (auto& value : x.values()) value *= factor;
    return x;
}

double sumOf(const std::vector<UnitError>& units) {
    double sum = 0;
    for (const auto& unit : units) sum += unit.error;
    return sum;
}

double squaredDistance(const ComplexArray& a, const ComplexArray& b, const SamplingMask& mask) {
    double sum = 0;
    for (std::int64_t i = 0; i < a.size(); ++i)
        if (mask.samples()[i % mask.sampleCount()]) sum += std::norm(std::complex<double>(a[i] - b[i]));
    return sum;
}
}  // namespace

TEST_CASE("the noise of each coil is read from the edge of k-space") {
    ComplexArray kspace = test::phantomKspace(3, kReadout, kPhase);
    const ComplexArray noise = test::randomComplex(kspace.shape(), 7);  // variance 1 a real component
    const float levels[] = {0.02F, 0.05F, 0.1F};
    for (std::int64_t i = 0; i < kspace.size(); ++i) kspace[i] += levels[i / (kReadout * kPhase)] * noise[i];
    const auto mask = everySecondLine();
    const auto found = noiseLevels(applyMask(kspace, mask), mask);
    REQUIRE(found.size() == 3);
    for (std::size_t c = 0; c < 3; ++c) CHECK(found[c] == doctest::Approx(std::sqrt(2.0) * levels[c]).epsilon(0.2));
    CHECK_THROWS_AS((void)noiseLevels(ComplexArray(kspace.shape()), mask), InputError);
}

TEST_CASE("the noise of each coil is read beside the object where the edge of k-space holds signal") {
    constexpr std::int64_t n = 128;
    ComplexArray image({2, n, n});
    for (std::int64_t c = 0; c < 2; ++c)
        for (std::int64_t r = 0; r < n; ++r)
            for (std::int64_t p = 0; p < n; ++p)
                if ((r - n / 2) * (r - n / 2) + 2 * (p - n / 2) * (p - n / 2) < 40 * 40) image(c, r, p) = 1;
    ComplexArray kspace = engine().fft2c(image);
    const ComplexArray noise = test::randomComplex(kspace.shape(), 9);
    const float levels[] = {0.01F, 0.02F};
    for (std::int64_t i = 0; i < kspace.size(); ++i) kspace[i] += levels[i / (n * n)] * noise[i];
    std::vector<std::uint8_t> columns(n);
    for (std::int64_t p = 0; p < n; p += 3) columns[static_cast<std::size_t>(p)] = 1;
    const auto mask = SamplingMask::fromColumns(columns, n, "every third");
    const auto found = noiseLevels(applyMask(kspace, mask), mask);
    for (std::size_t c = 0; c < 2; ++c) CHECK(found[c] == doctest::Approx(std::sqrt(2.0) * levels[c]).epsilon(0.12));
}

TEST_CASE("the estimate is the distance to the samples without noise, which it does not see, and the noise of a second measurement") {
    const ComplexArray clean = test::phantomKspace(3, kReadout, kPhase);
    const auto mask = everySecondLine();
    const double level = 0.2;
    ComplexArray measured = clean;
    const ComplexArray noise = test::randomComplex(clean.shape(), 11);
    for (std::int64_t i = 0; i < clean.size(); ++i) measured[i] += static_cast<float>(level / std::sqrt(2.0)) * noise[i];
    const SureProbe probe({level, level, level}, mask, 3);
    const ComplexArray moved = probe.moved(measured);
    for (const float factor : {0.2F, 0.7F, 0.95F, 1.0F}) {
        CAPTURE(factor);
        const auto units = probe.errors(scaled(measured, factor), scaled(moved, factor), measured);
        CHECK(static_cast<std::int64_t>(units.size()) == mask.keptCount() / kReadout);
        const double energy = level * level * 3 * static_cast<double>(mask.keptCount());  // of the noise
        const double truth = squaredDistance(scaled(measured, factor), clean, mask) + energy;
        // 3 x 52 x 96 samples: the sums scatter by about 1 % of the noise's energy.
        CHECK(std::abs(sumOf(units) - truth) < 0.05 * energy);
    }
}

TEST_CASE("--auto-by sure: the chosen weight is near the best by the truth where the noise is known") {
    const test::TempDir folder;
    test::writeFile(folder.file("scan.bin"), "the source of this scan");
    const ComplexArray truth = toComplex(test::phantomMagnitude(kReadout, kPhase));
    for (const char* method : {"l1-wavelet", "tv"}) {
        CAPTURE(method);
        ReconstructionRequest request;
        request.acquisition = std::make_shared<test::MemoryAcquisition>(
            std::vector<ComplexArray>{test::phantomKspace(kCoils, kReadout, kPhase, 0.05, 5)}, folder.file("scan.bin"));
        request.method = method;
        request.mask.drawn = everySecondLine();
        request.threads = 1;
        TuneOptions options;
        options.parameter = "lambda";
        options.by = TuneBy::Sure;
        const auto tuning = autoTune(request, options, {});
        CHECK(tuning.unit == "measured line");
        CHECK(tuning.doubt == "");
        const auto errorAt = [&](double value) {
            request.parameters = ParamValues(plugins().method(method).params);
            setNumber(request.parameters, "lambda", value);
            return test::relativeError(toComplex(magnitude(reconstruct(request, {}).images.pixels.slice(0))), truth);
        };
        double best = 1e9, worst = 0;
        for (const auto& point : tuning.curve) {
            const double error = errorAt(point.value);
            best = std::min(best, error);
            worst = std::max(worst, error);
        }
        const double chosen = errorAt(tuning.value);
        MESSAGE(method, ": NRMSE ", chosen, " at ", tuning.value, ", best of the curve ", best, ", worst ", worst);
        CHECK(chosen < 1.1 * best);
        CHECK(worst > 1.3 * best);
    }
}
