// What every method of series that was built must do; see conformance.cpp for those of single slices.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/masks/mask_generator.h"
#include "core/session/engine_host.h"
#include "tests/support/moving_phantom.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kFrames = 5, kCoils = 4;

SeriesProblem problemOf(std::int64_t readout, std::int64_t phase, const std::string& mask = "kt-uniform:R=2,acs=14") {
    const test::MovingPhantom scan{kFrames, 1, kCoils, readout, phase, mask.empty() ? 0 : 0.002};
    const auto acquisition = test::movingScan(scan, "none");
    SeriesProblem problem;
    problem.kspace = ComplexArray({kFrames, kCoils, readout, phase});
    for (std::int64_t t = 0; t < kFrames; ++t) {
        const auto frame = acquisition->readSlice(t);
        std::copy(frame.values().begin(), frame.values().end(), problem.kspace.block(t).begin());
        problem.masks.push_back(mask.empty() ? SamplingMask::full(readout, phase) : masks::generate(masks::parseMaskSpec(mask), readout, phase, 0, -1, t));
    }
    problem.maps = CoilMaps{test::phantomMaps(kCoils, readout, phase), {}};
    problem.seed = 1;
    return problem;
}

struct Counter final : ProgressSink {
    std::vector<StepReport> reports;
    std::vector<ComplexArray> previews;
    std::stop_source stop;
    std::size_t stopAfter = 0;
    void onStep(const StepReport& report) override {
        reports.push_back(report);
        if (stopAfter > 0 && reports.size() >= stopAfter) stop.request_stop();
    }
    bool wantsPreview() override { return true; }
    void onPreview(ComplexArray image) override { previews.push_back(std::move(image)); }
};

SeriesSolution solve(const PluginManifest& method, const SeriesProblem& problem, const RunControl& run = {}) {
    return engine().reconstructSeries(method, ParamValues(method.params), problem, run);
}

template <class Check>
void forEveryMethod(Check check) {
    int found = 0;
    for (const auto* method : plugins().methods()) {
        if (!method->needsSeries()) continue;
        CAPTURE(method->id);
        check(*method);
        ++found;
    }
    CHECK(found >= 2);
}

}  // namespace

TEST_CASE("series: shapes, odd and not square as well; the same bytes again; samples that the masks leave out change nothing") {
    forEveryMethod([](const PluginManifest& method) {
        for (const auto& [readout, phase] : {std::pair{48, 48}, std::pair{45, 37}}) {
            auto problem = problemOf(readout, phase);
            const auto solution = solve(method, problem);
            CHECK(solution.images.shape() == Shape{kFrames, readout, phase});
            CHECK(countNonFinite(solution.images.values()) == 0);
            CHECK_FALSE(solution.combination.empty());
            for (std::int64_t t = 0; t < kFrames; ++t)
                for (std::int64_t i = 0; i < kCoils * readout * phase; ++i)
                    if (!problem.masks[static_cast<std::size_t>(t)].samples()[i % (readout * phase)])
                        problem.kspace.block(t)[static_cast<std::size_t>(i)] = cfloat(7, -9);
            CHECK(solve(method, problem).images == solution.images);
        }
    });
}

TEST_CASE("series: images are in the units of k-space, and with all samples they come back") {
    forEveryMethod([](const PluginManifest& method) {
        auto problem = problemOf(48, 44);
        const auto images = solve(method, problem).images;
        for (auto& sample : problem.kspace.values()) sample *= 1024.0F;
        auto larger = solve(method, problem).images;
        for (auto& pixel : larger.values()) pixel /= 1024.0F;
        CHECK(test::relativeError(larger, images) < 1e-3);
        const auto truth = test::movingImages({kFrames, 1, kCoils, 48, 44, 0});
        CHECK(test::relativeError(toComplex(magnitude(solve(method, problemOf(48, 44, "")).images)), toComplex(magnitude(truth))) < 0.05);
    });
}

TEST_CASE("series: maps that are not given come from all frames together") {
    forEveryMethod([](const PluginManifest& method) {
        auto problem = problemOf(48, 48);
        problem.maps.reset();
        const auto solution = solve(method, problem);
        REQUIRE(solution.maps);
        CHECK(solution.maps->maps.shape() == Shape{kCoils, 48, 48});
        CHECK(test::relativeError(toComplex(magnitude(solution.images)), toComplex(magnitude(solve(method, problemOf(48, 48)).images))) < 0.1);
    });
}

TEST_CASE("series: steps are reported up to the total with previews of one frame; a stop is answered within a step") {
    forEveryMethod([](const PluginManifest& method) {
        Counter counter;
        (void)solve(method, problemOf(48, 44), {counter.stop.get_token(), &counter});
        REQUIRE_FALSE(counter.reports.empty());
        CHECK(counter.reports.back().step == counter.reports.back().total);
        REQUIRE_FALSE(counter.previews.empty());
        CHECK(counter.previews.back().shape() == Shape{48, 44});
        Counter stopped;
        stopped.stopAfter = 3;
        CHECK(solve(method, problemOf(48, 44), {stopped.stop.get_token(), &stopped}).stoppedEarly);
        CHECK(stopped.reports.size() == 3);
        Counter before;
        before.stop.request_stop();
        CHECK_THROWS_AS((void)solve(method, problemOf(48, 44), {before.stop.get_token(), &before}), Cancelled);
    });
}

TEST_CASE("series: a problem whose parts do not fit is refused, and so is a single slice") {
    forEveryMethod([](const PluginManifest& method) {
        auto problem = problemOf(48, 44);
        problem.masks.pop_back();
        CHECK_THROWS_AS((void)solve(method, problem), ShapeError);
        problem = problemOf(48, 44);
        problem.masks[2] = SamplingMask::full(44, 48);
        CHECK_THROWS_AS((void)solve(method, problem), ShapeError);
        problem = problemOf(48, 44);
        problem.kspace[3] = cfloat(NAN, 0);
        CHECK_THROWS_AS((void)solve(method, problem), InputError);
        problem = problemOf(48, 44);
        problem.maps->maps = ComplexArray({kCoils, 44, 48});
        CHECK_THROWS_AS((void)solve(method, problem), ShapeError);
        SliceProblem slice;
        slice.kspace = test::phantomKspace(kCoils, 48, 44);
        slice.mask = SamplingMask::full(48, 44);
        slice.maps = CoilMaps{test::phantomMaps(kCoils, 48, 44), {}};
        CHECK_THROWS_AS((void)engine().reconstruct(method, ParamValues(method.params), slice, {}), UsageError);
        CHECK_THROWS_AS((void)engine().reconstructSeries(plugins().method("cg-sense"), ParamValues(plugins().method("cg-sense").params), problemOf(48, 44), {}),
                        UsageError);
    });
}
