#include <cmath>
#include <sstream>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/recon/diffusion/noise_schedule.h"
#include "tests/numeric/tensors.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

TEST_CASE("EDM's levels are equally spaced in sigma^(1/rho), from the largest to the smallest") {
    const auto levels = edmLevels(80, 0.002, 18);
    REQUIRE(levels.size() == 18);
    CHECK(levels.front() == doctest::Approx(80));
    CHECK(levels.back() == doctest::Approx(0.002));
    for (std::size_t i = 1; i < levels.size(); ++i)
        CHECK(std::pow(levels[i - 1], 1 / 7.0) - std::pow(levels[i], 1 / 7.0) ==
              doctest::Approx((std::pow(80, 1 / 7.0) - std::pow(0.002, 1 / 7.0)) / 17));
    CHECK(edmLevels(5, 0.1, 1) == std::vector<double>{5});
    CHECK(edmLevels(1, 0.5, 3, 1)[1] == doctest::Approx(0.75));  // rho 1: a straight line
}

TEST_CASE("Geometric levels keep their ratio") {
    const auto levels = geometricLevels(0.1, 0.0125, 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(levels[i] == doctest::Approx(0.1 * std::pow(0.5, static_cast<double>(i))));
}

TEST_CASE("DDPM's levels are those of a cumulative product in NumPy") {
    std::istringstream expected(runPython(R"(
import numpy as np
abar = np.cumprod(1 - np.linspace(1e-4, .02, 1000))
t = np.floor((1 - np.arange(41) / 40) * 999 + .5).astype(int)
print(*np.sqrt((1 - abar[t]) / abar[t]))
)"));
    for (const double level : ddpmLevels(41)) {
        double value = 0;
        REQUIRE(static_cast<bool>(expected >> value));
        CHECK(level == doctest::Approx(value).epsilon(1e-10));
    }
    CHECK(ddpmLevels(1000).back() == doctest::Approx(std::sqrt(1e-4 / (1 - 1e-4))));
}

TEST_CASE("Levels that cannot be made are refused") {
    CHECK_THROWS_AS((void)edmLevels(1, 2, 5), UsageError);
    CHECK_THROWS_AS((void)edmLevels(1, 0, 5), UsageError);
    CHECK_THROWS_AS((void)geometricLevels(1, 0.1, 0), UsageError);
    CHECK_THROWS_AS((void)edmLevels(INFINITY, 1, 5), UsageError);
    CHECK_THROWS_AS((void)ddpmLevels(1001), UsageError);
    CHECK_THROWS_AS(StepSchedule(std::vector<double>{}), UsageError);
}

TEST_CASE("A schedule over the steps: a number stays, several are joined by straight lines") {
    CHECK(StepSchedule(2.1).at(7, 10) == 2.1);
    const StepSchedule schedule(std::vector<double>{2, 2, 1});
    CHECK(schedule.at(0, 101) == 2);
    CHECK(schedule.at(50, 101) == 2);
    CHECK(schedule.at(75, 101) == doctest::Approx(1.5));
    CHECK(schedule.at(100, 101) == 1);
    CHECK(schedule.at(0, 1) == 2);
}

TEST_CASE("A plan that did not change keeps a run's levels to the last bit, whatever was done of them") {
    for (const LevelPlan& plan : {LevelPlan::edm(10, 0.002, 30, 7), LevelPlan::geometric(0.1, 0.02, 30), LevelPlan::ddpm(30)}) {
        const auto levels = plan.levels();
        for (const std::int64_t step : {0L, 1L, 17L, 29L}) CHECK(plan.goOn(levels, step) == levels);
    }
    CHECK(LevelPlan::edm(10, 0.002, 30, 7).levels() == edmLevels(10, 0.002, 30));
    CHECK(LevelPlan::geometric(0.1, 0.02, 30).levels() == geometricLevels(0.1, 0.02, 30));
    CHECK(LevelPlan::ddpm(30).levels() == ddpmLevels(30));
}

TEST_CASE("A plan with other steps or another end keeps what is done and falls by its rule from there") {
    const auto levels = edmLevels(10, 0.002, 20);
    const auto longer = LevelPlan::edm(10, 0.002, 50, 7).goOn(levels, 12);
    REQUIRE(longer.size() == 50);
    CHECK(std::equal(levels.begin(), levels.begin() + 13, longer.begin()));
    for (std::size_t i = 14; i < 50; ++i)  // equally spaced in sigma^(1/rho) from level 12 to the end
        CHECK(std::pow(longer[i - 1], 1 / 7.0) - std::pow(longer[i], 1 / 7.0) ==
              doctest::Approx((std::pow(levels[12], 1 / 7.0) - std::pow(0.002, 1 / 7.0)) / 37));
    const auto higher = LevelPlan::edm(10, 0.1, 20, 7).goOn(levels, 5);
    CHECK(higher.size() == 20);
    CHECK(higher[5] == levels[5]);
    CHECK(higher.back() == 0.1);
    const auto shorter = LevelPlan::geometric(1, 0.01, 4).goOn(geometricLevels(1, 0.01, 9), 2);
    REQUIRE(shorter.size() == 4);
    CHECK(shorter[3] == doctest::Approx(0.01));
    const auto chain = LevelPlan::ddpm(9).goOn(ddpmLevels(5), 2);
    CHECK(chain[2] == ddpmLevels(5)[2]);
    CHECK(chain.back() == ddpmLevels(5).back());
    CHECK(chain.size() == 9);
}

TEST_CASE("A plan that leaves no step, more than DDPM has, or an end above the run is refused") {
    const auto levels = edmLevels(10, 0.01, 20);
    try {
        (void)LevelPlan::edm(10, 0.01, 7, 7).goOn(levels, 7);
        FAIL("no step was left");
    } catch (const ParamError& error) {
        CHECK(error.parameter() == "steps");
    }
    CHECK_NOTHROW((void)LevelPlan::edm(10, 0.01, 8, 7).goOn(levels, 7));
    CHECK_THROWS_AS((void)LevelPlan::edm(10, 0.5, 20, 7).goOn(levels, 17), UsageError);
    CHECK_THROWS_AS((void)LevelPlan::ddpm(900).goOn(ddpmLevels(20), 10), UsageError);
}
