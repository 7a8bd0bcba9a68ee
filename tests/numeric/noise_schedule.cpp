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
