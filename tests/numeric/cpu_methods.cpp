// The classical methods of larmor_cpu against those of LibTorch, which a GPU runs: two implementations of the same definition.
#include <algorithm>

#include <doctest/doctest.h>

#include "core/base/masks/mask_generator.h"
#include "core/cpu/calibration_region.h"
#include "core/cpu/cpu_engine.h"
#include "core/cpu/slice_checks.h"
#include "core/cpu/workers.h"
#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::test;

namespace {
constexpr double kAgreement = 2e-4;  ///< single precision over some thousand sums in 60 to 100 steps

const std::vector<std::string> kMethods{"zero-filled", "cg-sense", "l1-wavelet", "tv"};

PluginManifest withoutCpu(const std::string& id) {
    PluginManifest manifest = builtMethods().method(id);
    CHECK(!manifest.cpu.empty());
    manifest.cpu.clear();
    return manifest;
}

SliceSolution here(const std::string& id, const SliceProblem& problem, const RunControl& run = {}) {
    const auto& manifest = builtMethods().method(id);
    return engine().reconstruct(manifest, ParamValues(manifest.params), problem, run);
}

SliceSolution throughTorch(const std::string& id, const SliceProblem& problem, const RunControl& run = {}) {
    const auto manifest = withoutCpu(id);
    return engine().reconstruct(manifest, ParamValues(manifest.params), problem, run);
}

SliceProblem problemOf(const ComplexArray& kspace, const std::string& rule) {
    SliceProblem problem;
    problem.kspace = kspace;
    problem.mask = rule.empty() ? acquiredSamples(kspace) : masks::generate(masks::parseMaskSpec(rule), kspace.extent(1), kspace.extent(2));
    problem.seed = 5;
    problem.sliceIndex = 2;
    return problem;
}

void compare(const std::string& id, const SliceProblem& problem) {
    CAPTURE(id);
    const auto found = here(id, problem), expected = throughTorch(id, problem);
    CHECK(relativeError(found.image, expected.image) < kAgreement);
    CHECK(found.combination == expected.combination);
    CHECK(found.maps.has_value() == expected.maps.has_value());
    if (found.maps) CHECK(found.maps->maps == expected.maps->maps);
    REQUIRE(found.trace.size() == expected.trace.size());
    for (std::size_t i = 0; i < found.trace.size(); ++i) {
        CHECK(found.trace[i].slice == 2);
        CHECK(found.trace[i].step == expected.trace[i].step);
        CHECK(found.trace[i].residual == doctest::Approx(expected.trace[i].residual).epsilon(1e-3));
    }
}
}  // namespace

TEST_CASE("Each method makes LibTorch's image: lines and samples, odd and even sizes, maps of its own and given ones") {
    for (const Shape& size : {Shape{64, 72}, Shape{65, 70}, Shape{51, 47}})
        for (const std::string rule : {"equispaced:R=2,acs=20,seed=1", "poisson:R=3,acs=20,seed=1"}) {
            CAPTURE(toText(size));
            CAPTURE(rule);
            auto problem = problemOf(phantomKspace(5, size[0], size[1], 1e-2), rule);
            for (const auto& id : kMethods) compare(id, problem);
            problem.maps = CoilMaps{phantomMaps(5, size[0], size[1]), {}};
            for (const auto& id : kMethods) compare(id, problem);
        }
}

TEST_CASE("Two sets of maps and virtual conjugate coils too") {
    auto problem = problemOf(phantomKspace(4, 48, 52, 1e-2), "random:R=2,acs=20,seed=1");
    problem.espirit.sets = 2;
    for (const auto& id : {"cg-sense", "l1-wavelet", "tv"}) compare(id, problem);
    for (const auto& [id, manifest] : {std::pair{"zero-filled", builtMethods().method("zero-filled")}, std::pair{"zero-filled", withoutCpu("zero-filled")}})
        CHECK_THROWS_AS((void)engine().reconstruct(manifest, ParamValues(manifest.params), problem, {}), UsageError);
    // Conjugates hold the mirrored samples: here simply coils that were measured elsewhere.
    problem = problemOf(phantomKspace(6, 48, 52, 1e-2), "random:R=2,acs=20,seed=1");
    const ComplexArray other = applyMask(problem.kspace, masks::generate(masks::parseMaskSpec("random:R=2,acs=20,seed=2"), 48, 52));
    std::copy(other.block(3).data(), other.block(3).data() + 3 * other.block(0).size(), problem.kspace.block(3).data());
    problem.maps = CoilMaps{phantomMaps(6, 48, 52), {}};
    for (const auto& id : {"cg-sense", "l1-wavelet", "tv"}) compare(id, problem);
    for (const auto& manifest : {builtMethods().method("zero-filled"), withoutCpu("zero-filled")})
        CHECK_THROWS_WITH_AS((void)engine().reconstruct(manifest, ParamValues(manifest.params), problem, {}), doctest::Contains("virtual conjugate"), UsageError);
}

TEST_CASE("A coil that is switched off and measured zeros are no other samples") {
    auto problem = problemOf(phantomKspace(5, 40, 44, 1e-2), "equispaced:R=2,acs=20,seed=1");
    std::fill(problem.kspace.block(1).begin(), problem.kspace.block(1).end(), cfloat(0, 0));
    for (std::int64_t row = 0; row < 5; ++row) problem.kspace(2, row, 22) = 0;
    problem.maps = CoilMaps{phantomMaps(5, 40, 44), {}};
    for (const auto& id : kMethods) compare(id, problem);
    CHECK(cpu::keptByCoils(problem.kspace, problem.mask) == problem.mask.samples());
}

TEST_CASE("What is asked for on another device goes to the other engine, and what is not in larmor_cpu") {
    struct Asked final : cpu::CpuEngine {
        std::vector<DeviceInfo> devices() const override { return {}; }
        std::string torchVersion() const override { return "none"; }
        void setThreads(int) override {}
        SliceSolution reconstruct(const PluginManifest& method, const ParamValues&, const SliceProblem&, const RunControl&) override {
            asked.push_back(method.id);
            return {};
        }
        SeriesSolution reconstructSeries(const PluginManifest&, const ParamValues&, const SeriesProblem&, const RunControl&) override { return {}; }
        std::vector<std::string> asked;
    } other;
    int loads = 0;
    const auto first = cpu::cpuFirstEngine([&]() -> Engine& {
        ++loads;
        return other;
    });
    auto problem = problemOf(phantomKspace(4, 32, 30, 1e-2), "equispaced:R=2,acs=10,seed=1");
    const auto run = [&](const std::string& id) {
        const auto& manifest = builtMethods().method(id);
        (void)first->reconstruct(manifest, ParamValues(manifest.params), problem, {});
    };
    for (const auto& id : kMethods) run(id);
    CHECK(loads == 0);
    run("spirit");
    problem.device = "cuda:0";
    run("tv");
    CHECK(other.asked == std::vector<std::string>{"spirit", "tv"});
}

TEST_CASE("Units do not matter, however small or large") {
    auto problem = problemOf(phantomKspace(4, 48, 52, 1e-3), "equispaced:R=2,acs=20,seed=1");
    const ComplexArray kspace = problem.kspace;
    for (const auto& id : kMethods) {
        CAPTURE(id);
        problem.kspace = kspace;
        const auto expected = here(id, problem);
        for (const float unit : {1e-24F, 1e-12F, 1e15F}) {
            for (std::int64_t i = 0; i < kspace.size(); ++i) problem.kspace[i] = kspace[i] * unit;
            auto found = here(id, problem);
            for (auto& value : found.image.values()) value /= unit;
            CHECK(relativeError(found.image, expected.image) < 1e-3);
            if (!found.trace.empty()) CHECK(found.trace.back().residual == doctest::Approx(expected.trace.back().residual).epsilon(1e-3));
        }
    }
}

TEST_CASE("One coil, one pixel along an axis, data of zeros") {
    auto problem = problemOf(phantomKspace(1, 40, 36), "");
    problem.maps = CoilMaps{ComplexArray({1, 40, 36}, cfloat(1, 0)), {}};
    for (const auto& id : kMethods) compare(id, problem);
    problem = problemOf(phantomKspace(2, 1, 30), "");
    problem.maps = CoilMaps{phantomMaps(2, 1, 30), {}};
    for (const auto& id : kMethods) compare(id, problem);
    problem.kspace = ComplexArray({2, 1, 30});
    problem.mask = SamplingMask::full(1, 30);
    for (const auto& id : kMethods) CHECK(here(id, problem).image == ComplexArray({1, 30}));
}

TEST_CASE("Images do not depend on the number of threads") {
    for (const std::string rule : {"equispaced:R=2,acs=20,seed=1", "poisson:R=3,acs=20,seed=1"}) {
        const auto problem = problemOf(phantomKspace(5, 65, 70, 1e-2), rule);
        for (const auto& id : kMethods) {
            CAPTURE(id);
            engine().setThreads(1);
            const auto one = here(id, problem);
            engine().setThreads(3);
            const auto three = here(id, problem);
            CHECK(one.image == three.image);
            CHECK(one.maps->maps == three.maps->maps);
        }
    }
    engine().setThreads(0);
}

TEST_CASE("What runs through LibTorch reports, previews and stops in the same way") {
    struct Recorder final : ProgressSink {
        void onStep(const StepReport& report) override {
            if (report.stage != "coil maps") steps.push_back(report.step);
            if (report.stage != "coil maps" && report.step == 4) source.request_stop();
        }
        bool wantsPreview() override { return true; }
        void onPreview(ComplexArray image) override { last = std::move(image); }
        std::vector<std::int64_t> steps;
        ComplexArray last;
        std::stop_source source;
    };
    const auto problem = problemOf(phantomKspace(5, 64, 60, 1e-2), "equispaced:R=2,acs=20,seed=1");
    for (const auto& id : {"cg-sense", "l1-wavelet", "tv"}) {
        CAPTURE(id);
        Recorder mine, theirs;
        const auto found = here(id, problem, {mine.source.get_token(), &mine}), expected = throughTorch(id, problem, {theirs.source.get_token(), &theirs});
        CHECK(found.stoppedEarly);
        CHECK(expected.stoppedEarly);
        CHECK(mine.steps == theirs.steps);
        CHECK(mine.last == found.image);
        CHECK(relativeError(found.image, expected.image) < kAgreement);
    }
}

TEST_CASE("Combinations and transforms are LibTorch's") {
    const ComplexArray kspace = phantomKspace(5, 45, 52, 1e-2), maps = phantomMaps(5, 45, 52);
    const at::Tensor images = recon::ifft2c(recon::toTensor(kspace));
    const auto near = [](const ComplexArray& found, const at::Tensor& expected) {
        CHECK(relativeError(found, recon::toComplexArray(expected)) < kFloatTolerance);
    };
    near(engine().combine(kspace, Combination::Rss, nullptr), recon::combineRss(images));
    near(engine().combine(kspace, Combination::Mvue, &maps), recon::combineMvue(images, recon::toTensor(maps)));
    near(engine().ifft2c(kspace), images);
    near(engine().fft2c(kspace), recon::fft2c(recon::toTensor(kspace)));
}

TEST_CASE("The scale is the same from k-space that is masked and from k-space with its mask") {
    const ComplexArray kspace = phantomKspace(4, 64, 48, 1e-2);
    for (const std::string rule : {"random:R=3,acs=16,seed=1", "random:R=3,acs=0,seed=1"}) {
        const auto mask = masks::generate(masks::parseMaskSpec(rule), 64, 48);
        CHECK(cpu::picsScale(kspace, mask) == doctest::Approx(cpu::picsScale(applyMask(kspace, mask), mask)).epsilon(1e-6));
    }
}
