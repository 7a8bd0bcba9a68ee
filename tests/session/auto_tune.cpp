// A parameter chosen from held-out lines: the error of the prediction, the choice, and what becomes of it.
#include <doctest/doctest.h>

#include <cmath>

#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/session/auto_tune.h"
#include "core/session/engine_host.h"
#include "core/session/replay.h"
#include "core/session/tuning_curve.h"
#include "core/session/tuning_plot.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kCoils = 5, kReadout = 64, kPhase = 72;

struct Scan {
    test::TempDir folder;
    std::shared_ptr<test::MemoryAcquisition> acquisition;
    ReconstructionRequest request;

    explicit Scan(double noise, std::int64_t slices = 1) {
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        std::vector<ComplexArray> all;
        for (std::int64_t s = 0; s < slices; ++s)
            all.push_back(test::phantomKspace(kCoils, kReadout, kPhase, noise, 5 + static_cast<std::uint64_t>(s)));
        acquisition = std::make_shared<test::MemoryAcquisition>(std::move(all), folder.file("scan.bin"));
        request.acquisition = acquisition;
        request.method = "cg-sense";
        request.mask = MaskChoice::fromText("random:R=2,acs=16,seed=3");
        request.threads = 1;
    }
};

/// sum |a - b|^2 over a column and all coils
double columnError(const ComplexArray& a, const ComplexArray& b, std::int64_t column) {
    double sum = 0;
    for (std::int64_t coil = 0; coil < a.extent(0); ++coil)
        for (std::int64_t row = 0; row < a.extent(1); ++row)
            sum += std::norm(std::complex<double>(a(coil, row, column)) - std::complex<double>(b(coil, row, column)));
    return sum;
}

/// NRMSE against the phantom itself.
double errorByTruth(ReconstructionRequest request, const std::string& parameter, double value) {
    request.parameters = ParamValues(plugins().method(request.method).params);
    setNumber(request.parameters, parameter, value);
    const auto truth = test::phantomMagnitude(kReadout, kPhase).reshaped({1, kReadout, kPhase});
    return metrics::compare(truth, magnitude(reconstruct(request, {}).images.pixels)).slices.front().nrmse;
}

}  // namespace

TEST_CASE("the curve is the error of the prediction from the kept samples alone") {
    Scan scan(0.01);
    SUBCASE("maps from the ACS") {}
    SUBCASE("given maps") {
        io::saveArray(scan.folder.file("maps.npy"), test::phantomMaps(kCoils, kReadout, kPhase), "maps");
        scan.request.mapsFile = scan.folder.file("maps.npy");
    }
    TuneOptions options;
    options.parameter = "lambda";
    options.values = {"0.3", "0.001", "0.03"};
    options.holdOut = {1.0 / 8, 2, 4};
    const auto tuning = autoTune(scan.request, options, {});
    REQUIRE(tuning.curve.size() == 3);
    const auto kspace = scan.acquisition->readSlice(0);
    const auto mask = resolveMask(scan.request.mask, scan.acquisition->header(), SamplingMask::full(kReadout, kPhase)).mask;
    const auto plan = holdOut(mask, options.holdOut);
    CHECK(tuning.folds == 2);
    CHECK(tuning.heldOut == static_cast<std::int64_t>(2 * plan.folds[0].units.size()));
    for (const auto& point : tuning.curve) {
        double error = 0, energy = 0;
        for (const auto& fold : plan.folds) {
            auto request = scan.request;
            request.parameters = ParamValues(plugins().method("cg-sense").params);
            request.parameters.set("lambda", point.value);
            request.mask.drawn = fold.kept;
            const auto image = reconstruct(request, {}).images.pixels.slice(0);
            const bool given = !request.mapsFile.empty();
            const auto maps =
                given ? test::phantomMaps(kCoils, kReadout, kPhase) : estimateMaps(*scan.acquisition, 0, request.mask, {}, {}).maps;
            const auto predicted = test::dft2c(test::coilImages(image, maps));
            for (const auto& line : fold.units) {
                error += columnError(predicted, kspace, line.front() % kPhase);
                energy += columnError(kspace, ComplexArray(kspace.shape()), line.front() % kPhase);
            }
        }
        CHECK(point.error == doctest::Approx(std::sqrt(error / energy)).epsilon(1e-4));
    }
    CHECK(tuning.curve[0].value == 0.001);
    CHECK(tuning.curve[2].value == 0.3);
}

TEST_CASE("the chosen λ is near the best of the grid by the truth") {
    struct Case {
        const char* method;
        const char* mask;
    };
    for (const auto& [method, mask] :
         {Case{"cg-sense", "random:R=2,acs=16,seed=3"}, Case{"cg-sense", "equispaced:R=2,acs=16,seed=1"},
          Case{"l1-wavelet", "random:R=2,acs=16,seed=3"}, Case{"l1-wavelet", "equispaced:R=2,acs=16,seed=1"}}) {
        CAPTURE(method);
        CAPTURE(mask);
        Scan scan(0.01);
        scan.request.method = method;
        scan.request.mask = MaskChoice::fromText(mask);
        TuneOptions options;
        options.parameter = "lambda";
        const auto tuning = autoTune(scan.request, options, {});
        CAPTURE(tuning.value);
        CHECK(tuning.doubt == "");
        double best = 1e9, worst = 0;
        for (const auto& point : tuning.curve) {
            const double error = errorByTruth(scan.request, "lambda", point.value);
            best = std::min(best, error);
            worst = std::max(worst, error);
        }
        const double chosen = errorByTruth(scan.request, "lambda", tuning.value);
        MESSAGE("NRMSE ", chosen, " at ", tuning.value, ", best of the grid ", best, ", worst ", worst);
        CHECK(chosen < 1.05 * best);
        CHECK(worst > 1.3 * best);  // it could have gone wrong
    }
}

TEST_CASE("a doubt leaves the value; the protocol keeps the curve either way and a replay does not tune again") {
    Scan scan(0.01, 3);
    TuneOptions options;
    options.parameter = "lambda";
    options.values = {"1", "3", "10"};  // each drowns the data
    auto tuning = autoTune(scan.request, options, {});
    CHECK(tuning.doubt.find("smallest") != std::string::npos);
    CHECK(tuning.value == 0.01);
    CHECK(tuning.slice == 1);
    auto request = withTuning(scan.request, tuning);
    auto result = reconstruct(request, {});
    CHECK(result.protocol.parameters.at("lambda") == 0.01);
    REQUIRE(result.protocol.tuned);
    CHECK(result.protocol.tuned->curve.size() == 3);

    options.values.clear();
    options.slice = 2;
    tuning = autoTune(scan.request, options, {});
    REQUIRE(tuning.doubt == "");
    CHECK(tuning.slice == 2);
    scan.request.chosenParameters.emplace();
    request = withTuning(scan.request, tuning);
    CHECK(request.chosenParameters == std::vector<std::string>{"lambda"});
    result = reconstruct(request, {});
    CHECK(result.protocol.parameters.at("lambda") == tuning.value);
    const auto stored = Protocol::fromJson(nlohmann::json::parse(result.protocol.toJson().dump()));
    CHECK(stored.toJson() == result.protocol.toJson());
    CHECK(stored.tuned->lowest == tuning.lowest);
    CHECK(asCommandLine(stored, "out.h5").find("--auto") == std::string::npos);
    CHECK(asCommandLine(stored, "out.h5").find(fmt::format("lambda={}", request.parameters.text("lambda"))) != std::string::npos);
    scan.request.slices = {0};
    CHECK_THROWS_AS((void)autoTune(scan.request, options, {}), UsageError);
}

TEST_CASE("tuning counts its trials and stops where it is told") {
    struct Sink final : ProgressSink {
        std::vector<StepReport> reports;
        std::stop_source stop;
        std::size_t after = 0;
        void onStep(const StepReport& report) override {
            reports.push_back(report);
            if (after > 0 && reports.size() == after) stop.request_stop();
        }
    };
    const Scan scan(0.01);
    TuneOptions options;
    options.parameter = "lambda";
    options.values = {"0.001", "0.01", "0.1"};
    Sink whole;
    (void)autoTune(scan.request, options, {whole.stop.get_token(), &whole});
    CHECK(whole.reports.back().step == whole.reports.back().total);
    CHECK(whole.reports.back().total == 2 * 3 * 30);
    for (std::size_t i = 1; i < whole.reports.size(); ++i) CHECK(whole.reports[i].step >= whole.reports[i - 1].step);
    for (const std::size_t after : {std::size_t{1}, whole.reports.size() / 2, whole.reports.size() - 1}) {
        Sink sink;
        sink.after = after;
        CHECK_THROWS_AS((void)autoTune(scan.request, options, {sink.stop.get_token(), &sink}), Cancelled);
    }
}

TEST_CASE("what cannot be tuned is refused before anything is reconstructed; too few lines are a doubt") {
    Scan scan(0.01);
    TuneOptions options;
    options.parameter = "lambda";
    scan.request.mask = {};
    CHECK_THROWS_AS((void)autoTune(scan.request, options, {}), InputError);
    scan.request.mask = MaskChoice::fromText("equispaced:R=4,acs=16,seed=1");  // 18 lines, two of them outside the ACS
    const auto tuning = autoTune(scan.request, options, {});
    CHECK(tuning.doubt.find("Too few lines") != std::string::npos);
    CHECK(tuning.curve.empty());
    CHECK(tuning.value == 0.01);
    CHECK_THROWS_AS(writeTuning(scan.folder.file("c.svg"), tuning), UsageError);
    options.parameter = "zeta";
    CHECK_THROWS_AS((void)autoTune(scan.request, options, {}), ParamError);
    options.parameter = "combination";
    scan.request.method = "zero-filled";
    CHECK_THROWS_AS((void)autoTune(scan.request, options, {}), ParamError);
}

TEST_CASE("masks in two dimensions are tuned by single samples") {
    Scan scan(0.01);
    scan.request.mask = MaskChoice::fromText("poisson:R=3,acs=16,seed=2");
    TuneOptions options;
    options.parameter = "lambda";
    options.values = {"0.001", "0.01", "3"};
    const auto tuning = autoTune(scan.request, options, {});
    CHECK(tuning.unit == "sample");
    CHECK(tuning.heldOut > 50);
    CHECK(tuning.curve.back().error > tuning.curve[1].error);
}

TEST_CASE("where the usual values end too early, others beyond are tried; named values are kept to") {
    Scan scan(0.0002);  // wants less regularisation than the grid has
    TuneOptions options;
    options.parameter = "lambda";
    const auto usual = tuningValues("cg-sense", plugins().method("cg-sense").params, "lambda");
    const auto tuning = autoTune(scan.request, options, {});
    REQUIRE(tuning.curve.size() > usual.size());
    CHECK(tuning.curve.size() <= usual.size() + 3);
    const auto more = static_cast<double>(tuning.curve.size() - usual.size());
    CHECK(tuning.curve.front().value == doctest::Approx(usual.front() / std::pow(3, more)).epsilon(0.02));
    for (std::size_t i = 1; i < tuning.curve.size(); ++i) CHECK(tuning.curve[i].value > tuning.curve[i - 1].value);
    options.values = {"0.001", "0.01", "0.1"};
    const auto named = autoTune(scan.request, options, {});
    CHECK(named.curve.size() == 3);
    CHECK(named.doubt.find("smallest value that was tried") != std::string::npos);
}
