// From data to prior units: the scale, the noise, and how images become channels.
#include <cmath>

#include <doctest/doctest.h>

#include "core/base/rng.h"
#include "core/recon/diffusion/noise_estimate.h"
#include "core/recon/diffusion/packing.h"
#include "core/recon/diffusion/scaling.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/operators/operator_checks.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
constexpr std::int64_t kCoils = 4, kReadout = 96, kPhase = 80;

at::Tensor everySecond() {
    at::Tensor mask = at::zeros({kReadout, kPhase});
    mask.slice(1, 0, kPhase, 2).fill_(1);
    mask.slice(1, kPhase / 2 - 8, kPhase / 2 + 8).fill_(1);
    return mask;
}

at::Tensor phantomSamples(const at::Tensor& mask, double noise) {
    return toTensor(phantomKspace(kCoils, kReadout, kPhase, noise)) * mask;
}
}  // namespace

TEST_CASE("The quantile of the magnitude is NumPy's") {
    const TempDir folder;
    const at::Tensor x = randomTensor({37, 53}, at::kComplexFloat, 5);
    writeRaw<cfloat>(folder.file("x"), toComplexArray(x).values());
    const double expected =
        std::stod(runPython("import sys, numpy as np; print(np.quantile(abs(np.fromfile(sys.argv[1], 'c8')), .99))", {folder.file("x")}));
    CHECK(magnitudeQuantile(x, 0.99) == doctest::Approx(expected).epsilon(1e-6));
}

TEST_CASE("With all samples the scale is the percentile of the image, dimmed by the known regularisation") {
    const SenseOperator A(toTensor(phantomMaps(kCoils, kReadout, kPhase)), at::ones({kReadout, kPhase}));
    const at::Tensor truth = toTensor(phantomImage(kReadout, kPhase));
    const auto scale = priorScale(A, A.forward(truth) * 700);
    CHECK(scale.factor == doctest::Approx(700 * magnitudeQuantile(truth, 0.99) / 1.005).epsilon(1e-4));
    CHECK(magnitudeQuantile(scale.image, 0.99) == doctest::Approx(1).epsilon(1e-6));
}

TEST_CASE("The scale from half of the samples is within a few percent of that from all, and follows the units of the data") {
    const at::Tensor maps = toTensor(phantomMaps(kCoils, kReadout, kPhase)), mask = everySecond();
    const SenseOperator half(maps, mask), all(maps, at::ones_like(mask));
    const at::Tensor y = phantomSamples(at::ones_like(mask), 0.002);
    const double factor = priorScale(half, y * mask).factor;
    CHECK(factor == doctest::Approx(priorScale(all, y).factor).epsilon(0.05));
    CHECK(priorScale(half, y * mask * 512).factor == doctest::Approx(512 * factor).epsilon(1e-4));
}

TEST_CASE("Samples without signal have no scale") {
    const SenseOperator A(toTensor(phantomMaps(kCoils, kReadout, kPhase)), everySecond());
    CHECK_THROWS_AS((void)priorScale(A, at::zeros({kCoils, kReadout, kPhase}, at::kComplexFloat)), InputError);
}

TEST_CASE("The noise level is that of white noise, whatever the mask, and hardly moved by the image") {
    // 4 coils x about 200 samples x 2 parts: the median's standard error is 1.25 x 1.17 / (2 x 1600)^1/2 of the level, 2.6 %.
    for (const double noise : {0.02, 0.1}) {
        CAPTURE(noise);
        CHECK(noiseLevel(phantomSamples(everySecond(), noise), everySecond()) == doctest::Approx(noise).epsilon(0.13));
        const at::Tensor all = at::ones({kReadout, kPhase});
        CHECK(noiseLevel(phantomSamples(all, noise), all) == doctest::Approx(noise).epsilon(0.13));
    }
}

TEST_CASE("Signal at the edge of k-space does not count as noise where there is air beside the object") {
    // A disc of the size of a few pixels' noise has edges as sharp as the grid allows.
    const std::int64_t n = 128;
    const at::Tensor r = at::arange(n, at::kFloat).sub(static_cast<double>(n) / 2);
    const at::Tensor disc = r.square().unsqueeze(1).add(r.square().mul(2)).lt(40 * 40).to(at::kComplexFloat);
    at::Tensor mask = at::zeros({n, n});
    mask.slice(1, 0, n, 4).fill_(1);
    const double noise = 0.01;
    const at::Tensor y = fft2c(at::stack({disc, disc.mul(0.5)})) + randomTensor({2, n, n}, at::kComplexFloat, 4).mul(std::sqrt(2.0) * noise);  // variance 1 of both parts
    // 2 coils x 8 places x 32 lines x 2 parts: the median's standard error is 3.6 % of the level, the quietest of eight lies lower.
    CHECK(noiseLevel(y * mask, mask) == doctest::Approx(noise).epsilon(0.1));
    const at::Tensor exchanged = (y * mask).transpose(1, 2).contiguous();
    CHECK(noiseLevel(exchanged, mask.t().contiguous()) == doctest::Approx(noise).epsilon(0.1));
    at::Tensor scattered = at::zeros({n, n});
    scattered.slice(0, 0, n, 2).slice(1, 0, n, 2).fill_(1);  // no line is whole: the edge alone can be used
    CHECK(noiseLevel(y * scattered, scattered) > 1.5 * noise);
    // Half of the readout is padding: the noise of a sample is the same.
    at::Tensor padded = y * mask;
    padded.slice(1, 0, n / 4).zero_();
    padded.slice(1, 3 * n / 4, n).zero_();
    CHECK(noiseLevel(padded, mask) == doctest::Approx(noise).epsilon(0.1));
}

TEST_CASE("Coils with noise of their own count by their power; without noise the level is the signal's at the edge") {
    at::Tensor y = randomTensor({2, 64, 64}, at::kComplexFloat, 3);
    y[1].mul_(3);
    CHECK(noiseLevel(y, at::ones({64, 64})) == doctest::Approx(std::sqrt((1 + 9) / 2.0) / std::sqrt(2.0)).epsilon(0.15));
    const at::Tensor clean = phantomSamples(everySecond(), 0);
    const double level = noiseLevel(clean, everySecond());
    CHECK(level > 0);
    CHECK(level < 0.25 * std::sqrt(at::abs(clean).square().mean().item<double>()));
    CHECK(noiseLevel(clean, at::zeros({kReadout, kPhase})) == 0);
}

TEST_CASE("Images become two channels, real part first, and come back") {
    const at::Tensor x = randomTensor({3, 7, 4}, at::kComplexFloat, 8);
    const at::Tensor channels = toChannels(x);
    CHECK(channels.sizes().vec() == Shape{3, 2, 7, 4});
    CHECK(channels.is_contiguous());
    CHECK(at::equal(channels.select(1, 0), at::real(x)));
    CHECK(at::equal(channels.select(1, 1), at::imag(x)));
    CHECK(at::equal(fromChannels(channels), x));
    CHECK(at::equal(fromChannels(toChannels(x.conj())), x.conj().resolve_conj()));
    CHECK_THROWS_AS((void)toChannels(x[0]), ShapeError);
    CHECK_THROWS_AS((void)fromChannels(at::zeros({1, 3, 4, 4})), ShapeError);
}
