#include "core/base/metrics/metrics.h"

#include <cmath>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/rng.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::metrics;
using nlohmann::json;

namespace {
RealArray volume(std::int64_t slices, std::int64_t readout, std::int64_t phase, double noise, std::uint64_t seed) {
    RealArray x({slices, readout, phase});
    const RealArray head = larmor::test::phantomMagnitude(readout, phase);
    NoiseSource random(seed);
    for (std::int64_t s = 0; s < slices; ++s)
        for (std::int64_t i = 0; i < head.size(); ++i)
            x[s * head.size() + i] =
                static_cast<float>(std::abs((1 + 0.3 * static_cast<double>(s)) * static_cast<double>(head[i]) + noise * random.normal()));
    return x;
}

RealArray times(RealArray x, float factor) {
    for (auto& value : x.values()) value *= factor;
    return x;
}

/// Written after the definitions with numpy and scipy alone; double precision throughout.
const char* kReference = R"(
import sys, json
import numpy as np
from scipy.ndimage import uniform_filter
folder, protocol, scale, useRegion = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == '1'
shape = [int(v) for v in sys.argv[5:8]]
ref = np.fromfile(folder + '/ref', np.float32).reshape(shape).astype(float)
img = np.fromfile(folder + '/img', np.float32).reshape(shape).astype(float)
region = np.fromfile(folder + '/region', np.uint8).reshape(shape[1:]) != 0 if useRegion else np.ones(shape[1:], bool)

def ssim_map(x, y, L):
    n = 49 / 48
    f = lambda a: uniform_filter(a, 7)
    ux, uy = f(x), f(y)
    vx, vy, vxy = n * (f(x * x) - ux * ux), n * (f(y * y) - uy * uy), n * (f(x * y) - ux * uy)
    c1, c2 = (0.01 * L) ** 2, (0.03 * L) ** 2
    return ((2 * ux * uy + c1) * (2 * vxy + c2) / ((ux ** 2 + uy ** 2 + c1) * (vx + vy + c2)))[3:-3, 3:-3]

def fit(x, y, m):
    return float(np.sum(x * y * m) / np.sum(y * y * m)) if scale == 'ls' else 1.0

total = np.ones(shape[0])
if protocol == 'cmrx2025':
    for s in range(shape[0]):
        a, b = np.percentile(ref[s], 99.5), np.percentile(img[s], 99.5)
        ref[s] /= a; img[s] /= b; total[s] = a / b
volumeFactor = fit(ref, img, region[None])
rows = []
for s in range(shape[0]):
    k = volumeFactor if protocol == 'fastmri' else fit(ref[s], img[s], region)
    L = ref.max() if protocol == 'fastmri' else ref[s].max()
    x, y = ref[s], k * img[s]
    img[s] = y
    mse = np.mean((x - y)[region] ** 2)
    nmse = np.sum((x - y)[region] ** 2) / np.sum(x[region] ** 2)
    rows.append(dict(nmse=nmse, nrmse=nmse ** 0.5, psnr=20 * np.log10(L / mse ** 0.5), scale=k * total[s],
                     ssim=ssim_map(x, y, L)[region[3:-3, 3:-3]].mean()))
mean = {key: float(np.mean([r[key] for r in rows])) for key in rows[0]}
if protocol == 'fastmri':
    m = np.broadcast_to(region, ref.shape)
    mean['nmse'] = np.sum((ref - img)[m] ** 2) / np.sum(ref[m] ** 2)
    mean['nrmse'] = mean['nmse'] ** 0.5
    mean['psnr'] = 20 * np.log10(ref.max() / np.mean((ref - img)[m] ** 2) ** 0.5)
print(json.dumps(dict(rows=rows, mean=mean), default=float))
)";

void checkAgainst(const SliceMetrics& found, const json& expected) {
    // Images are float32: scaling by a factor rounds each pixel to 6e-8.
    CHECK(found.nmse == doctest::Approx(expected.at("nmse").get<double>()).epsilon(1e-5));
    CHECK(found.nrmse == doctest::Approx(expected.at("nrmse").get<double>()).epsilon(1e-5));
    CHECK(found.psnr == doctest::Approx(expected.at("psnr").get<double>()).epsilon(1e-5));
    CHECK(std::abs(found.ssim - expected.at("ssim").get<double>()) < 1e-6);
    CHECK(found.scale == doctest::Approx(expected.at("scale").get<double>()).epsilon(1e-5));
}
}  // namespace

TEST_CASE("metrics: every protocol, scale and region agrees with numpy and scipy on odd, non-square sizes") {
    const larmor::test::TempDir folder;
    for (const auto& [readout, phase] : {std::pair<int, int>{31, 45}, {64, 37}}) {
        const RealArray reference = volume(3, readout, phase, 0.01, 1), image = times(volume(3, readout, phase, 0.08, 2), 0.7F);
        ByteArray region({readout, phase});
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t c = 0; c < phase; ++c) region(r, c) = (r + 2 * c) % 5 != 0 && r > 8 && c < phase - 5 ? 200 : 0;
        larmor::test::writeRaw<float>(folder.file("ref"), reference.values());
        larmor::test::writeRaw<float>(folder.file("img"), image.values());
        larmor::test::writeRaw<std::uint8_t>(folder.file("region"), region.values());
        for (const char* protocol : {"slice", "fastmri", "cmrx2025"})
            for (const Scale scale : {Scale::None, Scale::LeastSquares})
                for (const bool useRegion : {false, true}) {
                    CAPTURE(protocol);
                    CAPTURE(useRegion);
                    const json expected = json::parse(
                        larmor::test::runPython(kReference, {folder.path(), protocol, scale == Scale::None ? "none" : "ls",
                                                             useRegion ? "1" : "0", "3", std::to_string(readout), std::to_string(phase)}));
                    const Metrics found = compare(reference, image, {protocolFromText(protocol), scale, useRegion ? &region : nullptr});
                    REQUIRE(found.slices.size() == 3);
                    for (std::size_t s = 0; s < 3; ++s) checkAgainst(found.slices[s], expected.at("rows").at(s));
                    checkAgainst(found.mean, expected.at("mean"));
                }
    }
}

TEST_CASE("metrics: equal images") {
    const RealArray x = volume(2, 24, 20, 0.05, 3);
    const Metrics m = compare(x, x);
    CHECK(m.mean.nrmse == 0);
    CHECK(std::isinf(m.mean.psnr));
    CHECK(m.mean.ssim == doctest::Approx(1).epsilon(1e-6));
    CHECK(m.slices[1].slice == 1);
}

TEST_CASE("metrics: least squares undoes any factor; without it the factor is the error") {
    const RealArray x = volume(1, 32, 30, 0.02, 4);
    for (const float factor : {0.25F, 3.0F, 1e-6F}) {
        const Metrics m = compare(x, times(x, factor), {MetricProtocol::Slice, Scale::LeastSquares, nullptr});
        CHECK(m.mean.nrmse < 1e-6);
        CHECK(m.mean.scale == doctest::Approx(1 / static_cast<double>(factor)).epsilon(1e-6));
        CHECK(m.mean.ssim == doctest::Approx(1).epsilon(1e-6));
        CHECK(leastSquaresScale(x, times(x, factor)) == doctest::Approx(1 / static_cast<double>(factor)).epsilon(1e-6));
    }
    CHECK(compare(x, times(x, 0.75F)).mean.nrmse == doctest::Approx(0.25).epsilon(1e-6));
    CHECK(leastSquaresScale(x, RealArray(x.shape())) == 1);
    CHECK(leastSquaresScale(x, times(x, -1)) == 0);
}

TEST_CASE("metrics: properties of NRMSE and SSIM") {
    const RealArray x = volume(1, 40, 33, 0.02, 5);
    double lastError = 0, lastSsim = 1;
    for (const double noise : {0.03, 0.1, 0.3}) {
        RealArray y = x;
        NoiseSource random(6);
        for (auto& value : y.values()) value += static_cast<float>(noise * random.normal());
        const Metrics m = compare(x, y);
        CHECK(m.mean.nrmse > lastError);
        CHECK(m.mean.ssim < lastSsim);
        CHECK(m.mean.nmse == doctest::Approx(m.mean.nrmse * m.mean.nrmse));
        const Metrics both = compare(times(x, 7), times(y, 7));
        CHECK(both.mean.nrmse == doctest::Approx(m.mean.nrmse).epsilon(1e-5));
        CHECK(both.mean.ssim == doctest::Approx(m.mean.ssim).epsilon(1e-5));
        CHECK(both.mean.psnr == doctest::Approx(m.mean.psnr).epsilon(1e-5));
        lastError = m.mean.nrmse;
        lastSsim = m.mean.ssim;
    }
}

TEST_CASE("metrics: a region of all pixels changes nothing; outside pixels do not matter for the error") {
    const RealArray x = volume(2, 30, 28, 0.02, 7);
    RealArray y = volume(2, 30, 28, 0.05, 8);
    const ByteArray all({2, 30, 28}, 1);
    const Metrics plain = compare(x, y), whole = compare(x, y, {MetricProtocol::Slice, Scale::None, &all});
    CHECK(whole.mean.nrmse == plain.mean.nrmse);
    CHECK(whole.mean.ssim == plain.mean.ssim);
    ByteArray part({30, 28});
    for (std::int64_t r = 10; r < 20; ++r)
        for (std::int64_t c = 10; c < 18; ++c) part(r, c) = 1;
    const Metrics before = compare(x, y, {MetricProtocol::Slice, Scale::None, &part});
    y(0, 0, 0) += 100;
    CHECK(compare(x, y, {MetricProtocol::Slice, Scale::None, &part}).mean.nrmse == before.mean.nrmse);
}

TEST_CASE("metrics: what cannot be compared is refused") {
    const RealArray x = volume(2, 16, 12, 0.02, 9);
    CHECK_THROWS_AS((void)compare(x, volume(2, 16, 13, 0, 1)), ShapeError);
    CHECK_THROWS_AS((void)compare(x.slice(0), x.slice(0)), ShapeError);
    CHECK_THROWS_AS((void)compare(RealArray({1, 6, 12}, 1), RealArray({1, 6, 12}, 1)), ShapeError);
    CHECK_THROWS_AS((void)compare(RealArray({1, 16, 12}), RealArray({1, 16, 12}, 1)), InputError);
    RealArray bad = x;
    bad[5] = NAN;
    CHECK_THROWS_AS((void)compare(x, bad), InputError);
    CHECK_THROWS_AS((void)compare(bad, x), InputError);
    const ByteArray none({16, 12}), wrong({12, 16}, 1);
    CHECK_THROWS_AS((void)compare(x, x, {MetricProtocol::Slice, Scale::None, &none}), InputError);
    CHECK_THROWS_AS((void)compare(x, x, {MetricProtocol::Slice, Scale::None, &wrong}), ShapeError);
    ByteArray edge({16, 12});
    edge(1, 5) = 1;
    CHECK_THROWS_AS((void)compare(RealArray({1, 16, 12}, 1), RealArray({1, 16, 12}, 1), {MetricProtocol::Slice, Scale::None, &edge}),
                    InputError);
    CHECK_THROWS_AS((void)protocolFromText("piq"), UsageError);
    CHECK(metrics::toText(protocolFromText("cmrx2025")) == "cmrx2025");
}

TEST_CASE("metrics: an all-zero image has a finite error") {
    const RealArray x = volume(1, 16, 12, 0.02, 9);
    const Metrics m = compare(x, RealArray(x.shape()), {MetricProtocol::Slice, Scale::LeastSquares, nullptr});
    CHECK(m.mean.nrmse == doctest::Approx(1));
    CHECK(std::isfinite(m.mean.ssim));
}

TEST_CASE("error map and quantile") {
    const RealArray a({3}, {1, 2, 3}), b({3}, {2, 2, 1});
    CHECK(errorMap(a, b, 2) == RealArray({3}, {3, 2, -1}));
    CHECK_THROWS_AS((void)errorMap(a, RealArray({2})), ShapeError);
    const std::vector<float> values{5, 1, 4, 2};
    CHECK(quantile(values, 0) == 1);
    CHECK(quantile(values, 1) == 5);
    CHECK(quantile(values, 0.5) == 3);
    CHECK(quantile(values, 0.9) == doctest::Approx(4.7));  // numpy.quantile([5, 1, 4, 2], 0.9)
    CHECK(quantile(std::vector<float>{7}, 0.3) == 7);
    CHECK_THROWS_AS((void)quantile({}, 0.5), InputError);
}
