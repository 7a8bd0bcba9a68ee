// Engine.reconstruct with the methods that were built: contract, stop, previews, repeatability, errors.
#include <cmath>
#include <iostream>
#include <limits>
#include <thread>

#include <doctest/doctest.h>

#include "core/base/api/coil_lab.h"
#include "core/base/masks/mask_generator.h"
#include "core/cpu/calibration_region.h"
#include "core/cpu/workers.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/tensors.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

extern "C" larmor::CoilLab* larmorCreateCoilLab();

namespace {
SliceProblem phantomProblem(std::int64_t readout = 64, std::int64_t phase = 72, double noise = 1e-3) {
    SliceProblem problem;
    problem.kspace = phantomKspace(6, readout, phase, noise);
    problem.mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=20,seed=1"), readout, phase);
    problem.seed = 5;
    return problem;
}

const PluginManifest& method(const std::string& id) {
    return builtMethods().method(id);
}

SliceSolution run(const std::string& id, const SliceProblem& problem, const RunControl& control = {}, const ParamValues* values = nullptr) {
    return engine().reconstruct(method(id), values ? *values : ParamValues(method(id).params), problem, control);
}

struct Recorder final : ProgressSink {
    void onStep(const StepReport& report) override {
        steps.push_back(report);
        if (report.stage != "coil maps" && report.step == stopAfter) source.request_stop();
    }
    bool wantsPreview() override { return wants; }
    void onPreview(ComplexArray image) override { previews.push_back(std::move(image)); }
    RunControl control() { return {source.get_token(), this}; }

    std::vector<StepReport> steps;
    std::vector<ComplexArray> previews;
    std::int64_t stopAfter = -1;
    bool wants = false;
    std::stop_source source;
};
}  // namespace

TEST_CASE("The three methods are there, in their order, and none failed to list") {
    CHECK(builtMethods().failures.empty());
    const auto methods = builtMethods().methods();
    REQUIRE(methods.size() >= 3);
    CHECK(methods[0]->id == "zero-filled");
    CHECK(methods[1]->id == "cg-sense");
    CHECK(methods[2]->id == "l1-wavelet");
}

TEST_CASE("Every method brings an image in the units of the data, the better ones nearer to the truth") {
    const auto problem = phantomProblem();
    const ComplexArray truth = phantomImage(64, 72);
    double previous = std::numeric_limits<double>::infinity();
    for (const std::string id : {"zero-filled", "cg-sense"}) {
        CAPTURE(id);
        const auto solution = run(id, problem);
        REQUIRE(solution.image.shape() == truth.shape());
        const double nrmse = relativeError(toComplex(magnitude(solution.image)), toComplex(magnitude(truth)));
        MESSAGE(id, ": NRMSE ", nrmse);
        CHECK(nrmse < 0.7 * previous);
        CHECK(!solution.stoppedEarly);
        REQUIRE(solution.maps.has_value());
        CHECK(solution.maps->maps.shape() == problem.kspace.shape());
        previous = nrmse;
    }
    CHECK(relativeError(toComplex(magnitude(run("l1-wavelet", problem).image)), toComplex(magnitude(truth))) < 0.1);
}

TEST_CASE("With all samples and the true maps every method gives the image, for odd sizes too") {
    for (const Shape& size : {Shape{48, 40}, Shape{45, 51}}) {
        SliceProblem problem;
        problem.kspace = phantomKspace(4, size[0], size[1]);
        problem.mask = SamplingMask::full(size[0], size[1]);
        problem.maps = CoilMaps{phantomMaps(4, size[0], size[1]), {}};
        const ComplexArray truth = phantomImage(size[0], size[1]);
        for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) {
            CAPTURE(id);
            ParamValues values(method(id).params);
            if (method(id).iterative) values.set("lambda", 0.0);
            CHECK(relativeError(run(id, problem, {}, &values).image, truth) < 1e-4);
        }
    }
}

TEST_CASE("Scaling the data scales the image and nothing else: lambda means the same") {
    const auto problem = phantomProblem();
    auto louder = problem;
    for (auto& value : louder.kspace.values()) value *= 1024.0F;
    for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) {
        CAPTURE(id);
        ComplexArray expected = run(id, problem).image;
        for (auto& value : expected.values()) value *= 1024.0F;
        CHECK(relativeError(run(id, louder).image, expected) < 1e-4);
    }
}

TEST_CASE("The scale of a point in the image, by hand") {
    // One coil, delta of height 32 in a 64 x 64 image: |k| = 0.5 everywhere; the 32 x 32 centre's image is a delta of 16, its other values
    // 0: the maximum stands out, and counts times 32 / 64.
    const ComplexArray kspace({1, 64, 64}, cfloat(0.5F, 0));
    CHECK(cpu::picsScale(kspace, SamplingMask::full(64, 64)) == doctest::Approx(8.0));
    CHECK(cpu::picsScale(ComplexArray({1, 64, 64}), SamplingMask::full(64, 64)) == 1.0);
}

TEST_CASE("Samples that the mask leaves out do not matter") {
    const auto problem = phantomProblem();
    auto zeroed = problem;
    zeroed.kspace = applyMask(problem.kspace, problem.mask);
    for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) CHECK(run(id, problem).image == run(id, zeroed).image);
}

TEST_CASE("The same problem twice gives the same bytes, and the seed moves only what is random") {
    const auto problem = phantomProblem(65, 70);
    for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) {
        CAPTURE(id);
        const auto first = run(id, problem), second = run(id, problem);
        CHECK(first.image == second.image);
        CHECK(first.maps->maps == second.maps->maps);
        auto reseeded = problem;
        reseeded.seed = 6;
        CHECK((run(id, reseeded).image == first.image) == (id != "l1-wavelet"));
    }
}

TEST_CASE("Other threads get the same bytes") {
    const auto problem = phantomProblem();
    const auto here = run("cg-sense", problem).image;
    ComplexArray there;
    std::thread([&] { there = run("cg-sense", problem).image; }).join();
    CHECK(here == there);
}

TEST_CASE("Iterative methods report each step with its residual, and the residual is that of the image") {
    for (const std::string id : {"cg-sense", "l1-wavelet"}) {
        CAPTURE(id);
        auto problem = phantomProblem();
        problem.maps = CoilMaps{phantomMaps(6, 64, 72), {}};
        problem.sliceIndex = 3;
        ParamValues values(method(id).params);
        values.set("iterations", std::int64_t{12});
        Recorder recorder;
        const auto solution = run(id, problem, recorder.control(), &values);
        REQUIRE(recorder.steps.size() == 12);
        REQUIRE(solution.trace.size() == 12);
        CHECK(recorder.previews.empty());
        for (std::size_t i = 0; i < 12; ++i) {
            CHECK(recorder.steps[i].step == static_cast<std::int64_t>(i) + 1);
            CHECK(recorder.steps[i].total == 12);
            CHECK(recorder.steps[i].stage == method(id).name);
            CHECK(solution.trace[i].slice == 3);
            CHECK(solution.trace[i].residual == recorder.steps[i].residual.value());
        }
        CHECK(solution.trace.back().residual < solution.trace.front().residual);
        CHECK(solution.trace.back().residual < 0.1);
    }
}

TEST_CASE("Previews come when wanted, in the units of the result; the last one is the result") {
    for (const std::string id : {"cg-sense", "l1-wavelet"}) {
        CAPTURE(id);
        Recorder recorder;
        recorder.wants = true;
        const auto solution = run(id, phantomProblem(), recorder.control());
        REQUIRE(!recorder.previews.empty());
        CHECK(recorder.previews.back() == solution.image);
        CHECK(relativeError(recorder.previews[recorder.previews.size() / 2], solution.image) < 0.3);
    }
}

TEST_CASE("A stopped method gives its last estimate, at once; a run that never began is cancelled") {
    for (const std::string id : {"cg-sense", "l1-wavelet"}) {
        CAPTURE(id);
        Recorder recorder;
        recorder.stopAfter = 3;
        const auto solution = run(id, phantomProblem(), recorder.control());
        CHECK(solution.stoppedEarly);
        CHECK(solution.trace.size() == 3);
        ParamValues values(method(id).params);
        values.set("iterations", std::int64_t{3});
        if (id == "cg-sense") CHECK(solution.image == run(id, phantomProblem(), {}, &values).image);
    }
    for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) {
        Recorder recorder;
        recorder.source.request_stop();
        CHECK_THROWS_AS((void)run(id, phantomProblem(), recorder.control()), Cancelled);
    }
}

TEST_CASE("RSS needs no maps, so it works without a calibration region; MVUE says what is missing") {
    auto problem = phantomProblem();
    std::vector<std::uint8_t> columns(72, 0);
    for (std::size_t i = 1; i < columns.size(); i += 3) columns[i] = 1;
    problem.mask = SamplingMask::fromColumns(columns, 64, "every third line");
    ParamValues values(method("zero-filled").params);
    CHECK_THROWS_AS((void)run("zero-filled", problem, {}, &values), InputError);
    values.setFromText("combination", "rss");
    const auto solution = run("zero-filled", problem, {}, &values);
    CHECK(solution.combination == "rss");
    CHECK(!solution.maps.has_value());
    CHECK(relativeError(solution.image, engine().combine(applyMask(problem.kspace, problem.mask), Combination::Rss, nullptr)) <
          kFloatTolerance);
}

TEST_CASE("Problems that do not fit together are refused before anything runs") {
    const auto problem = phantomProblem();
    auto wrongMask = problem, wrongMaps = problem, wrongRank = problem, broken = problem, abacus = problem;
    wrongMask.mask = SamplingMask::full(72, 64);
    wrongMaps.maps = CoilMaps{phantomMaps(5, 64, 72), {}};
    wrongRank.kspace = problem.kspace.slice(0);
    broken.kspace[17] = cfloat(std::numeric_limits<float>::quiet_NaN(), 0);
    abacus.device = "abacus";
    CHECK_THROWS_AS((void)run("cg-sense", wrongMask), ShapeError);
    CHECK_THROWS_AS((void)run("cg-sense", wrongMaps), ShapeError);
    CHECK_THROWS_AS((void)run("cg-sense", wrongRank), ShapeError);
    CHECK_THROWS_AS((void)run("cg-sense", broken), InputError);
    CHECK_THROWS_AS((void)run("cg-sense", abacus), DeviceError);
}

TEST_CASE("Plugins that cannot be loaded are refused by name and reason") {
    const TempDir folder;
    auto manifest = method("cg-sense");
    manifest.cpu = "cg-sans";
    CHECK_THROWS_WITH_AS((void)engine().reconstruct(manifest, ParamValues(manifest.params), phantomProblem(), {}), doctest::Contains("cg-sans"), PluginError);
    manifest.cpu.clear();
    manifest.library = folder.file("nothing.so");
    const auto problem = phantomProblem();
    CHECK_THROWS_AS((void)engine().reconstruct(manifest, ParamValues(manifest.params), problem, {}), PluginError);
    writeFile(folder.file("text.so"), "this is no shared object");
    manifest.library = folder.file("text.so");
    CHECK_THROWS_AS((void)engine().reconstruct(manifest, ParamValues(manifest.params), problem, {}), PluginError);
    manifest.library = std::string(LARMOR_BINARY_DIR) + "/lib/liblarmor_base.so";
    try {
        (void)engine().reconstruct(manifest, ParamValues(manifest.params), problem, {});
        FAIL("a library without a method was taken");
    } catch (const PluginError& error) {
        CHECK(std::string(error.what()).find("larmorPluginApi") != std::string::npos);
    }
    auto blind = method("cg-sense");
    blind.needs.clear();
    for (auto* each : {&engine(), &torchEngine()}) CHECK_THROWS_AS((void)each->reconstruct(blind, ParamValues(blind.params), problem, {}), PluginError);
}

TEST_CASE("Silent data gives a silent image") {
    SliceProblem problem;
    problem.kspace = ComplexArray({2, 32, 32});
    problem.mask = SamplingMask::full(32, 32);
    problem.maps = CoilMaps{phantomMaps(2, 32, 32), {}};
    for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) {
        CAPTURE(id);
        const ComplexArray image = run(id, problem).image;
        for (const auto value : image.values()) REQUIRE(value == cfloat(0, 0));
    }
}

TEST_CASE("Every other device gives the CPU's image but for rounding") {
    constexpr double kDeviceTolerance = 1e-3;  // single precision over 30 to 60 steps
    const auto devices = engine().devices();
    if (devices.size() == 1) std::cout << "SKIPPED: reconstruction on a GPU because there is no CUDA device\n";
    for (std::size_t i = 1; i < devices.size(); ++i)
        for (const std::string id : {"zero-filled", "cg-sense", "l1-wavelet"}) {
            CAPTURE(id);
            auto problem = phantomProblem(65, 70);
            const ComplexArray expected = run(id, problem).image;
            problem.device = devices[i].id;
            CHECK(relativeError(run(id, problem).image, expected) < kDeviceTolerance);
        }
}

TEST_CASE("Threads can be set from any thread") {
    std::thread([] {
        engine().setThreads(1);
        CHECK(cpu::threads() == 1);
        auto elsewhere = method("cg-sense");
        elsewhere.cpu.clear();  // what goes to LibTorch takes the number along
        (void)engine().reconstruct(elsewhere, ParamValues(elsewhere.params), phantomProblem(), {});
        CHECK(at::get_num_threads() == 1);
        const std::unique_ptr<CoilLab> lab(larmorCreateCoilLab());  // and so does what is asked of it directly
        engine().setThreads(2);
        (void)lab->whitening(randomComplex({3, 50}, 1));
        CHECK(at::get_num_threads() == 2);
        engine().setThreads(0);
    }).join();
    CHECK(at::get_num_threads() >= 1);
}
