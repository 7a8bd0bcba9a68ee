#include <cmath>

#include <doctest/doctest.h>

#include "core/base/log.h"
#include "core/base/masks/mask_generator.h"
#include "core/cpu/espirit.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::test;

namespace {
/// 1 in the head, away from its edge by not asking for more than the phantom's own support.
at::Tensor head(std::int64_t readout, std::int64_t phase) {
    return toTensor(phantomMagnitude(readout, phase)) > 0.05;
}

at::Tensor energy(const at::Tensor& maps) {
    return at::abs(maps).square().sum(0);
}
}  // namespace

TEST_CASE("ESPIRiT finds the maps of a phantom up to a common phase at each pixel, for odd and even sizes") {
    for (const Shape& size : {Shape{96, 80}, Shape{81, 90}, Shape{75, 77}}) {
        CAPTURE(toText(size));
        const ComplexArray kspace = phantomKspace(6, size[0], size[1], 1e-4);
        const auto found = engine().estimateMaps(kspace, SamplingMask::full(size[0], size[1]), {}, {});
        const at::Tensor maps = toTensor(found.maps), truth = toTensor(phantomMaps(6, size[0], size[1]));
        const at::Tensor inside = head(size[0], size[1]).logical_and(energy(maps) > 0);
        CHECK(inside.sum().item<double>() > 0.97 * head(size[0], size[1]).sum().item<double>());
        // |<S, S_true>| = 1 where the two are the same up to a phase; 1 - |.|^2 is the square of the sine between them.
        const at::Tensor sine = (1 - at::abs((maps.conj() * truth).sum(0)).square()).clamp_min(0).sqrt().masked_select(inside);
        MESSAGE(toText(size), ": root mean square angle ", std::sqrt(sine.square().mean().item<double>()));
        CHECK(std::sqrt(sine.square().mean().item<double>()) < 0.02);
        CHECK(at::abs(energy(maps).masked_select(inside) - 1).max().item<double>() < 1e-5);
        CHECK(at::abs(toTensor(found.eigenvalue).masked_select(inside) - 1).mean().item<double>() < 0.02);
    }
}

TEST_CASE("Maps are normalised or zero, and crop and softness act as they say") {
    const ComplexArray kspace = phantomKspace(4, 64, 60, 1e-2);
    const SamplingMask all = SamplingMask::full(64, 60);
    EspiritOptions options;
    options.crop = 0.95;
    const auto hard = engine().estimateMaps(kspace, all, options, {});
    const at::Tensor hardEnergy = energy(toTensor(hard.maps)), eigenvalue = toTensor(hard.eigenvalue);
    CHECK(at::equal(hardEnergy > 0.5, eigenvalue >= 0.95));
    CHECK(at::abs(hardEnergy * (hardEnergy - 1)).max().item<double>() < 1e-5);
    CHECK(eigenvalue.min().item<double>() >= 0);
    CHECK(eigenvalue.max().item<double>() <= 1);
    options.softSense = true;
    const at::Tensor soft = energy(toTensor(engine().estimateMaps(kspace, all, options, {}).maps)).sqrt();
    CHECK(soft.max().item<double>() <= 1 + 1e-5);
    // At the crop itself, in terms of the square root of the eigenvalue, the weight is one half.
    CHECK(at::abs(soft.masked_select(at::abs(eigenvalue.sqrt() - 0.95) < 1e-3) - 0.5).max().item<double>() < 0.03);
}

TEST_CASE("Only the samples that the mask keeps matter") {
    const SamplingMask mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=24,seed=1"), 72, 80);
    const ComplexArray whole = phantomKspace(4, 72, 80, 1e-3);
    const auto fromWhole = engine().estimateMaps(whole, mask, {}, {}),
               fromMasked = engine().estimateMaps(applyMask(whole, mask), mask, {}, {});
    CHECK(fromWhole.maps == fromMasked.maps);
}

TEST_CASE("A calibration region that is too small is refused with its size and the size it needs") {
    const ComplexArray kspace = phantomKspace(3, 40, 40);
    const SamplingMask mask = masks::generate(masks::parseMaskSpec("equispaced:R=4,acs=5,seed=1"), 40, 40);
    try {
        (void)engine().estimateMaps(kspace, mask, {}, {});
        FAIL("5 lines were enough");
    } catch (const InputError& error) {
        const std::string text = error.what();
        CAPTURE(text);
        CHECK(text.find("24 x 5") != std::string::npos);
        CHECK(text.find("8 x 8") != std::string::npos);
        CHECK(!error.hint().empty());
    }
    CHECK_THROWS_AS((void)engine().estimateMaps(ComplexArray({3, 40, 40}), SamplingMask::full(40, 40), {}, {}), InputError);
}

TEST_CASE("Maps that miss parts of the object are told from maps that hold it") {
    const ComplexArray kspace = phantomKspace(6, 96, 80, 1e-4);
    const ComplexArray calibration = toComplexArray(toTensor(kspace).narrow(1, 36, 24).narrow(2, 28, 24));
    const ComplexArray maps = phantomMaps(6, 96, 80);
    CHECK(cpu::explainedSignal(calibration, maps) == doctest::Approx(1).epsilon(0.02));
    const at::Tensor half = toTensor(maps);
    half.narrow(1, 0, 48).zero_();
    CHECK(cpu::explainedSignal(calibration, toComplexArray(half)) == doctest::Approx(0.5).epsilon(0.2));
    CHECK(cpu::explainedSignal(calibration, toComplexArray(at::stack({half, toTensor(maps) - half}))) == doctest::Approx(1).epsilon(0.02));
    std::vector<std::string> warnings;
    const int sink = addLogSink([&warnings](const LogLine& line) { warnings.push_back(line.text); }, LogLevel::Warning);
    (void)engine().estimateMaps(kspace, SamplingMask::full(96, 80), {}, {});
    CHECK(warnings.empty());
    EspiritOptions strict;
    strict.crop = 0.999;  // parts are left
    (void)engine().estimateMaps(kspace, SamplingMask::full(96, 80), strict, {});
    CHECK(warnings.size() == 1);
    removeLogSink(sink);
    strict.crop = 0.99999;  // next to nothing is left
    CHECK_THROWS_WITH_AS((void)engine().estimateMaps(kspace, SamplingMask::full(96, 80), strict, {}), doctest::Contains("hold none of the signal"), InputError);
}

TEST_CASE("Estimation reports progress and can be stopped") {
    struct Sink final : ProgressSink {
        void onStep(const StepReport& report) override {
            ++steps;
            CHECK(report.stage == "coil maps");
            CHECK(report.step > last);
            CHECK(report.total >= report.step);
            last = report.step;
            if (steps == stopAfter) source.request_stop();
        }
        std::int64_t steps = 0, last = 0, stopAfter = -1;
        std::stop_source source;
    };
    const ComplexArray kspace = phantomKspace(3, 256, 200);
    engine().setThreads(2);  // this thread reports after each strip of its own
    Sink whole;
    (void)engine().estimateMaps(kspace, SamplingMask::full(256, 200), {}, {whole.source.get_token(), &whole});
    CHECK(whole.steps >= 2);
    Sink stopped;
    stopped.stopAfter = 1;
    CHECK_THROWS_AS((void)engine().estimateMaps(kspace, SamplingMask::full(256, 200), {}, {stopped.source.get_token(), &stopped}),
                    Cancelled);
    CHECK(stopped.steps == 1);
    engine().setThreads(0);
}

TEST_CASE("Combinations: RSS is the root of the sum of squares, MVUE gives the image back for the true maps") {
    const ComplexArray image = phantomImage(33, 40), maps = phantomMaps(5, 33, 40), kspace = phantomKspace(5, 33, 40);
    CHECK(relativeError(engine().combine(kspace, Combination::Mvue, &maps), image) < kFloatTolerance);
    CHECK(relativeError(engine().combine(kspace, Combination::Rss, nullptr), toComplex(magnitude(image))) < kFloatTolerance);
    CHECK_THROWS_AS((void)engine().combine(kspace, Combination::Mvue, nullptr), UsageError);
    const ComplexArray other = phantomMaps(4, 33, 40);
    CHECK_THROWS_AS((void)engine().combine(kspace, Combination::Mvue, &other), ShapeError);
}

TEST_CASE("The automatic calibration region is as large as the sampled centre, up to 32") {
    const ComplexArray kspace = phantomKspace(4, 64, 60, 1e-2);
    const auto mapsOf = [&](const SamplingMask& mask, std::int64_t size) {
        EspiritOptions options;
        options.calibrationSize = size;
        return engine().estimateMaps(applyMask(kspace, mask), mask, options, {}).maps;
    };
    const SamplingMask small = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=14,seed=1"), 64, 60), large = SamplingMask::full(64, 60);
    CHECK(mapsOf(small, 0) == mapsOf(small, 32));
    CHECK(mapsOf(large, 0) == mapsOf(large, 32));
    CHECK_FALSE(mapsOf(large, 0) == mapsOf(large, 40));
    CHECK_FALSE(mapsOf(large, 0) == mapsOf(large, 24));
}
