// A parameter chosen from held-out lines: what is held out, the error of the prediction, the verdict, and what becomes of it.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "core/base/masks/mask_generator.h"
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

SamplingMask maskOf(const std::string& text, std::int64_t readout = kReadout, std::int64_t phase = 160) {
    return masks::generate(masks::parseMaskSpec(text), readout, phase);
}

/// sum |a - b|^2 over a column and all coils
double columnError(const ComplexArray& a, const ComplexArray& b, std::int64_t column) {
    double sum = 0;
    for (std::int64_t coil = 0; coil < a.extent(0); ++coil)
        for (std::int64_t row = 0; row < a.extent(1); ++row)
            sum += std::norm(std::complex<double>(a(coil, row, column)) - std::complex<double>(b(coil, row, column)));
    return sum;
}

/// Held-out errors whose root mean ratio is `errors[v]` for every unit alike.
std::vector<std::vector<UnitError>> sameForAll(const std::vector<double>& errors, std::size_t units) {
    std::vector<std::vector<UnitError>> all;
    for (const double error : errors) all.emplace_back(units, UnitError{error * error * 2, 2});
    return all;
}

/// NRMSE against the phantom itself.
double errorByTruth(ReconstructionRequest request, const std::string& parameter, double value) {
    request.parameters = ParamValues(plugins().method(request.method).params);
    setNumber(request.parameters, parameter, value);
    const auto truth = test::phantomMagnitude(kReadout, kPhase).reshaped({1, kReadout, kPhase});
    return metrics::compare(truth, magnitude(reconstruct(request, {}).images.pixels)).slices.front().nrmse;
}

}  // namespace

TEST_CASE("whole lines outside the ACS are held out, each at most once, from near and far alike") {
    for (const char* text : {"equispaced:R=4,acs=24,seed=1", "random:R=3,acs=20,seed=2", "gaussian:R=4,acs=16,seed=7"}) {
        CAPTURE(text);
        const auto mask = maskOf(text);
        const auto plan = holdOut(mask, {1.0 / 8, 3, 5});
        CHECK(plan.lines);
        REQUIRE(plan.folds.size() == 3);
        std::set<std::int64_t> seen;
        for (const auto& fold : plan.folds) {
            REQUIRE(fold.units.size() ==
                    static_cast<std::size_t>(std::max<std::int64_t>(3, std::llround(static_cast<double>(plan.outside) / 8))));
            CHECK(fold.kept.isColumnwise());
            CHECK(fold.kept.keptCount() == mask.keptCount() - static_cast<std::int64_t>(fold.units.size()) * kReadout);
            CHECK(masks::calibrationBlock(fold.kept).phase == masks::calibrationBlock(mask).phase);
            for (const auto& line : fold.units) {
                REQUIRE(line.size() == static_cast<std::size_t>(kReadout));
                const auto column = line.front() % 160;
                CHECK(std::abs(column - 80) >= masks::parseMaskSpec(text).acs / 2);
                CHECK(mask.samples()(0, column) == 1);
                CHECK(fold.kept.samples()(0, column) == 0);
                for (const auto place : line) CHECK(place % 160 == column);
                CHECK(seen.insert(column).second);
            }
            // The first stratum is the one nearest to the centre.
            const auto distance = [](const auto& line) { return std::abs(line.front() % 160 - 80); };
            CHECK(distance(fold.units.front()) < distance(fold.units.back()));
        }
        const auto again = holdOut(mask, {1.0 / 8, 3, 5}), other = holdOut(mask, {1.0 / 8, 3, 6});
        CHECK(again.folds[0].kept == plan.folds[0].kept);
        CHECK(other.folds[0].kept != plan.folds[0].kept);
    }
}

TEST_CASE("of a Poisson disc single samples outside the calibration block are held out") {
    const auto mask = maskOf("poisson:R=6,acs=20,seed=1", 90, 96);
    const auto block = masks::calibrationBlock(mask);
    const auto plan = holdOut(mask, {1.0 / 8, 2, 1});
    CHECK(!plan.lines);
    REQUIRE(plan.folds.size() == 2);
    for (const auto& fold : plan.folds) {
        CHECK(static_cast<double>(fold.units.size()) == doctest::Approx(static_cast<double>(plan.outside) / 8).epsilon(0.01));
        for (const auto& unit : fold.units) {
            REQUIRE(unit.size() == 1);
            const bool inside = std::abs(unit[0] / 96 - 45) < block.readout / 2 && std::abs(unit[0] % 96 - 48) < block.phase / 2;
            CHECK(!inside);
            CHECK(fold.kept.samples()[unit[0]] == 0);
        }
        CHECK(masks::calibrationBlock(fold.kept).readout == block.readout);
        CHECK(masks::calibrationBlock(fold.kept).phase == block.phase);
    }
}

TEST_CASE("lines with cut corners stay lines; what cannot be held out is refused or gives no fold") {
    auto samples = maskOf("equispaced:R=4,acs=20,seed=1").samples();
    for (std::int64_t row = 0; row < kReadout; ++row)
        for (std::int64_t column = 0; column < 160; ++column)
            if (std::hypot(static_cast<double>(row - 32) / 32, static_cast<double>(column - 80) / 80) > 1) samples(row, column) = 0;
    const auto plan = holdOut(SamplingMask(samples, "ellipse"), {});
    CHECK(plan.lines);
    for (const auto& line : plan.folds.at(0).units) CHECK(line.size() > 1);
    CHECK_THROWS_AS((void)holdOut(SamplingMask::full(32, 32), {}), InputError);
    CHECK_THROWS_AS((void)holdOut(maskOf("equispaced:R=4,acs=20,seed=1"), {0, 2, 1}), ParamError);
    CHECK_THROWS_AS((void)holdOut(maskOf("equispaced:R=4,acs=20,seed=1"), {0.1, 0, 1}), ParamError);
    std::vector<std::uint8_t> columns(40);
    for (const int i : {2, 9, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 30, 36, 39}) columns[static_cast<std::size_t>(i)] = 1;
    const auto few = holdOut(SamplingMask::fromColumns(columns, 8, "few"), {});
    CHECK(few.outside == 5);
    CHECK(few.folds.empty());
    columns[33] = 1;
    CHECK(holdOut(SamplingMask::fromColumns(columns, 8, "six"), {}).folds.size() == 2);
}

TEST_CASE("the curve is the error of the prediction from the kept samples alone") {
    const Scan scan(0.01);
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
            const auto maps = estimateMaps(*scan.acquisition, 0, request.mask, {}, {}).maps;
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

TEST_CASE("standard errors are those of ratios over lines, paired between values") {
    // Energies of 1: the ratio is a mean, its standard error sd / sqrt(n), halved and divided by the root for the error.
    const std::vector<double> a{0.04, 0.06, 0.05, 0.09, 0.02, 0.10, 0.06, 0.06}, shift{0.01, 0.02, 0.01, 0.03, 0.01, 0.02, 0.01, 0.01};
    std::vector<std::vector<UnitError>> errors(3);
    for (std::size_t i = 0; i < a.size(); ++i) {
        errors[0].push_back({a[i] + shift[i], 1});
        errors[1].push_back({a[i], 1});
        errors[2].push_back({a[i] + 2 * shift[i], 1});
    }
    Tuning tuning;
    judge(tuning, {1, 2, 4}, errors);
    double mean = 0, square = 0;
    for (const double value : a) mean += value / 8;
    for (const double value : a) square += (value - mean) * (value - mean) / 7;
    CHECK(tuning.curve[1].error == doctest::Approx(std::sqrt(mean)));
    CHECK(tuning.curve[1].standardError == doctest::Approx(std::sqrt(square / 8) / (2 * std::sqrt(mean))));
    CHECK(tuning.curve[1].difference == 0);
    CHECK(tuning.curve[1].differenceError == 0);
    const double mean0 = mean + 0.015, root = std::sqrt(mean), root0 = std::sqrt(mean0);
    double paired = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double influence = (a[i] + shift[i] - mean0) / (2 * root0) - (a[i] - mean) / (2 * root);
        paired += influence * influence / 7;
    }
    CHECK(tuning.curve[0].difference == doctest::Approx(root0 - root));
    CHECK(tuning.curve[0].differenceError == doctest::Approx(std::sqrt(paired / 8)));
    CHECK(tuning.curve[0].differenceError < tuning.curve[0].standardError);
    CHECK(tuning.doubt.empty());
}

TEST_CASE("the lowest value is the vertex of a parabola in the logarithm") {
    std::vector<double> values{0.5, 1, 1.5, 3, 5}, errors;
    for (const double value : values) errors.push_back(0.3 + 0.05 * std::pow(std::log(value / 1.7), 2));
    Tuning tuning;
    judge(tuning, values, sameForAll(errors, 8));
    CHECK(tuning.doubt.empty());
    CHECK(tuning.lowest == doctest::Approx(1.7).epsilon(0.005));
    CHECK(tuning.flatLow == 1.5);
    CHECK(tuning.flatHigh == 1.5);
    values[0] = 0;  // has no logarithm, and is not asked for one
    judge(tuning, values, sameForAll(errors, 8));
    CHECK(tuning.lowest == doctest::Approx(1.7).epsilon(0.005));
    values = {0, 1, 2};
    judge(tuning, values, sameForAll({0.4, 0.3, 0.5}, 8));
    CHECK(tuning.lowest == 1);
}

TEST_CASE("an end, a flat curve, too few lines and too many failures are said") {
    const auto doubtOf = [](const std::vector<double>& values, const std::vector<std::vector<UnitError>>& errors) {
        Tuning tuning;
        tuning.unit = "line";
        judge(tuning, values, errors);
        return tuning.doubt;
    };
    const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    CHECK(holds(doubtOf({1, 2, 4}, sameForAll({0.3, 0.4, 0.5}, 8)), "smallest value that was tried, 1"));
    CHECK(holds(doubtOf({1, 2, 4}, sameForAll({0.5, 0.4, 0.3}, 8)), "largest value that was tried, 4"));
    CHECK(holds(doubtOf({1, 2, 4}, sameForAll({0.5, 0.3, 0.4}, 5)), "Too few lines"));
    CHECK(doubtOf({1, 2, 4}, sameForAll({0.5, 0.3, 0.4}, 6)).empty());
    CHECK(holds(doubtOf({1, 2, 4}, sameForAll({1.2, 1.01, 1.1}, 8)), "better than zeros"));
    auto flat = sameForAll({0.301, 0.3, 0.301}, 8);
    for (std::size_t v = 0; v < 3; ++v)
        for (std::size_t u = 0; u < 8; ++u) flat[v][u].error *= (u + v) % 2 == 0 ? 1.2 : 0.8;
    CHECK(holds(doubtOf({1, 2, 4}, flat), "No value is worse"));
    auto failed = sameForAll({0.5, 0.3, 0.4, 0.6}, 8);
    failed[3][2].error = std::numeric_limits<double>::quiet_NaN();
    CHECK(doubtOf({1, 2, 4, 8}, failed).empty());
    failed[0][0].error = std::numeric_limits<double>::infinity();
    CHECK(holds(doubtOf({1, 2, 4, 8}, failed), "Only 2 of the 4"));
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

TEST_CASE("values: the shipped grids, a grid within the range of others, and what is no number") {
    const auto& dps = plugins().method("dps").params;
    const auto zeta = tuningValues("dps", dps, "zeta");
    CHECK(zeta.front() == 0.5);
    CHECK(zeta.back() == 5);
    const auto noise = tuningValues("dps", dps, "sigma_max");
    CHECK(noise.size() == 7);
    CHECK(noise.front() == 1);
    CHECK(noise.back() == 100);
    CHECK(noise[3] == doctest::Approx(10));
    CHECK(tuningValues("dps", dps, "zeta", {"2", "1", "4", "2"}) == std::vector<double>{1, 2, 4});
    CHECK_THROWS_AS((void)tuningValues("dps", dps, "zeta", {"1", "2,1", "3"}), ParamError);
    CHECK_THROWS_AS((void)tuningValues("dps", dps, "zeta", {"1", "-2", "3"}), ParamError);
    CHECK_THROWS_AS((void)tuningValues("dps", dps, "zeta", {"1", "2"}), ParamError);
    CHECK_THROWS_AS((void)tuningValues("dps", dps, "form"), ParamError);
    CHECK_THROWS_AS((void)tuningValues("dps", dps, "gamma"), ParamError);
    for (const double steps : tuningValues("pnp", plugins().method("pnp").params, "steps")) CHECK(steps == std::round(steps));
    ParamValues values(dps);
    setNumber(values, "steps", 12.4);
    CHECK(values.integer("steps") == 12);
    setNumber(values, "zeta", 1.25);
    CHECK(values.text("zeta") == "1.25");
    CHECK(numberOf(values, "zeta") == 1.25);
    // Every number of every method has values or says why not, and takes those that it has.
    for (const auto* method : plugins().methods())
        for (const auto& spec : method->params) {
            if (spec.type == ParamType::Boolean || spec.type == ParamType::Choice || (spec.minimum <= 0 && spec.maximum <= 0)) continue;
            CAPTURE(spec.name);
            try {
                for (const double value : tuningValues(method->id, method->params, spec.name)) {
                    ParamValues all(method->params);
                    CHECK_NOTHROW(setNumber(all, spec.name, value));
                }
            } catch (const ParamError& error) {
                CHECK(error.parameter() == spec.name);
            }
        }
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

TEST_CASE("the curve is written as a picture and as a table") {
    const test::TempDir folder;
    Tuning tuning;
    tuning.parameter = "zeta";
    tuning.unit = "line";
    judge(tuning, {0.5, 1, 2, 4}, sameForAll({0.5, 0.35, 0.3, 0.6}, 9));
    writeTuning(folder.file("c.svg"), tuning);
    const auto svg = test::readFile(folder.file("c.svg"));
    CHECK(svg.find("zeta: error of 9 held-out lines") != std::string::npos);
    CHECK(svg.find("flat: 2 to 2") != std::string::npos);
    CHECK(svg.find(fmt::format("lowest: {:.4g}", tuning.lowest)) != std::string::npos);
    writeTuning(folder.file("c.csv"), tuning);
    const auto table = test::readFile(folder.file("c.csv"));
    CHECK(table.find("\n2,0.3,") != std::string::npos);
    CHECK(table.find(",1\n4,0.6,") != std::string::npos);
    CHECK_THROWS_AS(writeTuning(folder.file("c.txt"), tuning), UsageError);
}
