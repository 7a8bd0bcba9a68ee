// What every reconstruction method that was built must do.

#include <doctest/doctest.h>

#include <cmath>
#include <utility>

#include "core/session/engine_host.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

/// For the methods that need one: pixels of the phantom's size, whatever the neighbours.
PriorChoice somePrior() {
    static const test::TempDir folder;
    const PriorCard card = test::gaussianPriorCard("gauss", 0.7);
    if (static bool written = false; !std::exchange(written, true)) test::writePrior(folder.file("gauss.safetensors"), card);
    return {folder.file("gauss.safetensors"), card.weightsHash, {}};
}

SliceProblem problemOf(std::int64_t readout, std::int64_t phase, double acceleration = 2) {
    constexpr std::int64_t kCoils = 5;
    SliceProblem problem;
    problem.kspace = test::phantomKspace(kCoils, readout, phase, 0.002, 4);
    std::vector<std::uint8_t> columns(static_cast<std::size_t>(phase), 0);
    for (std::int64_t p = 0; p < phase; ++p) columns[static_cast<std::size_t>(p)] = std::abs(p - phase / 2) <= 7 || p % static_cast<int>(acceleration) == 0;
    problem.mask = SamplingMask::fromColumns(columns, readout, "every second with a centre of 15 lines");
    problem.maps = CoilMaps{test::phantomMaps(kCoils, readout, phase), {}};
    problem.prior = somePrior();
    problem.seed = 1;
    return problem;
}

struct Counter final : ProgressSink {
    std::vector<StepReport> reports;
    std::vector<ComplexArray> previews;
    std::stop_source stop;
    std::int64_t stopAfter = -1;
    void onStep(const StepReport& report) override {
        reports.push_back(report);
        if (stopAfter >= 0 && static_cast<std::int64_t>(reports.size()) >= stopAfter) stop.request_stop();
    }
    bool wantsPreview() override { return true; }
    void onPreview(ComplexArray image) override { previews.push_back(std::move(image)); }
};

SliceSolution solve(const PluginManifest& method, const SliceProblem& problem, const RunControl& run = {}) {
    return engine().reconstruct(method, ParamValues(method.params), problem, run);
}

/// A method that looks at no data, and so has neither its units nor its image.
bool drawsFromPriorAlone(const PluginManifest& method) { return method.needsPrior() && !method.needsMaps(); }

template <class Check>
void forEveryMethod(Check check, bool seriesToo = false) {
    REQUIRE_FALSE(plugins().methods().empty());
    for (const auto* method : plugins().methods()) {
        if (method->needsSeries() && !seriesToo) continue;  // series_conformance.cpp
        CAPTURE(method->id);
        check(*method);
    }
}

}  // namespace

TEST_CASE("the methods of this issue are there, and none failed") {
    for (const char* id : {"zero-filled", "cg-sense", "l1-wavelet"}) CHECK_NOTHROW((void)plugins().method(id));
    for (const auto& failure : plugins().failures) FAIL_CHECK(failure.path << ": " << failure.reason);
}

TEST_CASE("every manifest says what a person needs") {
    forEveryMethod([](const PluginManifest& method) {
        CHECK_FALSE(method.name.empty());
        CHECK_FALSE(method.summary.empty());
        CHECK_FALSE(method.reference.empty());
        for (const auto& spec : method.params) {
            CAPTURE(spec.name);
            CHECK_FALSE(spec.label.empty());
            CHECK_FALSE(spec.doc.empty());
            ParamValues values(method.params);
            CHECK_NOTHROW(values.setFromText(spec.name, values.text(spec.name)));  // the default lies in its range
            CHECK(ParamValues::fromJson(method.params, values.toJson()).toJson() == values.toJson());
            CHECK_THROWS_AS(values.setFromText(spec.name, "no such value"), ParamError);
        }
        CHECK_THROWS_AS(ParamValues(method.params).setFromText("no_such_parameter", "1"), ParamError);
    }, true);
}

TEST_CASE("images have the shape of k-space, odd and not square as well") {
    forEveryMethod([](const PluginManifest& method) {
        for (const auto& [readout, phase] : {std::pair{48, 48}, std::pair{49, 36}, std::pair{40, 53}, std::pair{45, 37}}) {
            CAPTURE(readout);
            CAPTURE(phase);
            const auto solution = solve(method, problemOf(readout, phase));
            CHECK(solution.image.shape() == Shape{readout, phase});
            CHECK(countNonFinite(solution.image.values()) == 0);
            CHECK_FALSE(solution.combination.empty());
            CHECK_FALSE(solution.stoppedEarly);
        }
    });
}

TEST_CASE("the same problem gives the same bytes") {
    forEveryMethod([](const PluginManifest& method) {
        const auto problem = problemOf(48, 44);
        CHECK(solve(method, problem).image == solve(method, problem).image);
    });
}

TEST_CASE("samples that the mask leaves out change nothing") {
    forEveryMethod([](const PluginManifest& method) {
        auto problem = problemOf(44, 40);
        const auto image = solve(method, problem).image;
        const auto size = problem.mask.sampleCount();
        for (std::int64_t i = 0; i < problem.kspace.size(); ++i)
            if (!problem.mask.samples()[i % size]) problem.kspace[i] = cfloat(7, -9);
        CHECK(solve(method, problem).image == image);
    });
}

TEST_CASE("images are in the units of k-space") {
    forEveryMethod([](const PluginManifest& method) {
        if (drawsFromPriorAlone(method)) return;
        auto problem = problemOf(48, 44);
        const auto image = solve(method, problem).image;
        for (auto& sample : problem.kspace.values()) sample *= 1024.0F;
        auto larger = solve(method, problem).image;
        for (auto& pixel : larger.values()) pixel /= 1024.0F;
        CHECK(test::relativeError(larger, image) < 1e-3);
    });
}

TEST_CASE("with all samples and right maps the image comes back") {
    forEveryMethod([](const PluginManifest& method) {
        if (drawsFromPriorAlone(method)) return;
        SliceProblem problem = problemOf(48, 44);
        problem.kspace = test::phantomKspace(5, 48, 44, 0);
        problem.mask = SamplingMask::full(48, 44);
        ParamValues values(method.params);
        // Where there is none, what is estimated is the signal at the edge of k-space, and samples scatter by it.
        for (const auto& spec : method.params)
            if (spec.name == "noise") values.set("noise", 1e-3);
        const auto image = engine().reconstruct(method, values, problem, {}).image;
        // Regularisation at its default may cost a little.
        CHECK(test::relativeError(toComplex(magnitude(image)), toComplex(test::phantomMagnitude(48, 44))) < 0.05);
    });
}

TEST_CASE("steps are reported up to the total, with previews from what iterates") {
    forEveryMethod([](const PluginManifest& method) {
        Counter counter;
        (void)solve(method, problemOf(48, 44), {counter.stop.get_token(), &counter});
        REQUIRE_FALSE(counter.reports.empty());
        for (std::size_t i = 0; i < counter.reports.size(); ++i) {
            const auto& report = counter.reports[i];
            CHECK_FALSE(report.stage.empty());
            CHECK(report.step <= report.total);
            if (i > 0) CHECK(report.step >= counter.reports[i - 1].step);
        }
        if (!method.iterative) return;
        CHECK(counter.reports.size() > 2);
        REQUIRE_FALSE(counter.previews.empty());
        CHECK(counter.previews.back().shape() == Shape{48, 44});
        // One after each step, the first one too.
        CAPTURE(counter.reports.back().total);
        CHECK(static_cast<std::int64_t>(counter.previews.size()) >= counter.reports.back().step);
    });
}

TEST_CASE("a stop is answered within a step: the last estimate, or cancelled") {
    forEveryMethod([](const PluginManifest& method) {
        Counter counter;
        counter.stopAfter = 3;
        try {
            const auto solution = solve(method, problemOf(48, 44), {counter.stop.get_token(), &counter});
            if (method.iterative) {
                CHECK(solution.stoppedEarly);
                CHECK(countNonFinite(solution.image.values()) == 0);
            }
        } catch (const Cancelled&) {
            CHECK_FALSE(method.iterative);
        }
        CHECK(counter.reports.size() <= 4);
        Counter before;
        before.stop.request_stop();
        CHECK_THROWS_AS((void)solve(method, problemOf(48, 44), {before.stop.get_token(), &before}), Cancelled);
    });
}

TEST_CASE("a problem whose parts do not fit is refused") {
    forEveryMethod([](const PluginManifest& method) {
        auto problem = problemOf(48, 44);
        problem.mask = SamplingMask::full(44, 48);
        CHECK_THROWS_AS((void)solve(method, problem), ShapeError);
        problem = problemOf(48, 44);
        problem.kspace[3] = cfloat(NAN, 0);
        CHECK_THROWS_AS((void)solve(method, problem), InputError);
        problem = problemOf(48, 44);
        problem.device = "abacus";
        CHECK_THROWS_AS((void)solve(method, problem), DeviceError);
        if (!method.needsMaps(ParamValues(method.params))) return;
        problem = problemOf(48, 44);
        problem.maps->maps = ComplexArray({5, 44, 48});
        CHECK_THROWS_AS((void)solve(method, problem), ShapeError);
    });
}
