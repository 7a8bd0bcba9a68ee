// From held-out errors to a value and a verdict; the values that are tried; the curve as a file.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/tuning_curve.h"
#include "core/session/tuning_plot.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

/// Held-out errors whose root mean ratio is `errors[v]` for every unit alike.
std::vector<std::vector<UnitError>> sameForAll(const std::vector<double>& errors, std::size_t units) {
    std::vector<std::vector<UnitError>> all;
    for (const double error : errors) all.emplace_back(units, UnitError{error * error * 2, 2});
    return all;
}

}  // namespace

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

TEST_CASE("the value beyond an end: as far as the last two are apart, at least twice, within the range") {
    const auto& specs = plugins().method("dps").params;
    const auto beyond = [&](const std::vector<double>& values, const std::vector<double>& errors) {
        Tuning tuning;
        tuning.parameter = "zeta";
        judge(tuning, values, sameForAll(errors, 8));
        return valueBeyond(tuning, specs);
    };
    CHECK(beyond({2, 3, 5}, {0.5, 0.4, 0.3}) == 10);
    CHECK(beyond({1, 4, 16}, {0.5, 0.4, 0.3}) == 64);
    CHECK(beyond({1, 4, 16}, {0.3, 0.4, 0.5}) == 0.25);
    CHECK(!beyond({1, 4, 16}, {0.4, 0.3, 0.5}));
    CHECK(!beyond({10, 40, 60}, {0.5, 0.4, 0.3}));  // 120 lies outside of the range
    CHECK(!beyond({0, 1, 2}, {0.5, 0.4, 0.3}));
    CHECK(!beyond({1, 4, 16}, {1.2, 1.1, 1.01}));  // predicts nothing
}

TEST_CASE("zeta leans on the recommended value as far as the lines do not speak against it") {
    CHECK(leansOnCurrent("dps", "zeta"));
    CHECK_FALSE(leansOnCurrent("l1-wavelet", "lambda"));
    CHECK_FALSE(leansOnCurrent("dps", "sigma_max"));
    Tuning tuning;
    tuning.lowest = 16;
    tuning.curve = {{2, 0.5, 0, 0.20, 0.05}, {4, 0.39, 0, 0.09, 0.05}, {8, 0.35, 0, 0.05, 0.02}, {16, 0.3, 0, 0, 0}, {32, 0.31, 0, 0.01, 0.02}};
    CHECK(leaning(tuning, 4) == doctest::Approx(8));     // 4 is worse by less than two standard errors: halfway from 16 to 4
    CHECK(leaning(tuning, 1) == doctest::Approx(8));     // 2 is not
    CHECK(leaning(tuning, 16) == doctest::Approx(16));
    CHECK(leaning(tuning, 50) == doctest::Approx(22.6));
    tuning.curve[1].differenceError = 0.01;
    CHECK(leaning(tuning, 4) == doctest::Approx(16));
    CHECK(leaning(tuning, 0) == 0);
}

TEST_CASE("the usual zeta are multiples of the one that is used otherwise") {
    const auto& dps = plugins().method("dps").params;
    ParamValues values(dps);
    values.set("zeta", 4.0);
    CHECK(tuningValues("dps", dps, "zeta", {}, &values) == std::vector<double>{2, 2.8, 4, 6, 8, 12, 20});
    CHECK(tuningValues("dps", dps, "zeta", {"1", "2", "3"}, &values) == std::vector<double>{1, 2, 3});
    const auto& wavelet = plugins().method("l1-wavelet").params;
    ParamValues lambda(wavelet);
    lambda.set("lambda", 1.0);
    CHECK(tuningValues("l1-wavelet", wavelet, "lambda", {}, &lambda) == tuningValues("l1-wavelet", wavelet, "lambda"));
}
