// Which parameters may change while a method runs.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/base/steering.h"

using namespace larmor;

namespace {
ParamValues someValues() {
    return ParamValues(paramListFromJson(nlohmann::json::parse(R"([
        {"name": "steps", "type": "integer", "default": 30, "min": 1, "max": 100, "doc": "d"},
        {"name": "zeta", "type": "schedule", "default": "1", "min": 0, "max": 10, "doc": "d"},
        {"name": "start_lambda", "type": "real", "default": 0.1, "min": 0, "max": 1, "doc": "d"},
        {"name": "form", "type": "choice", "default": "a", "choices": ["a", "b"], "doc": "d"}])")));
}
}  // namespace

TEST_CASE("what decides how a run starts stays, the rest may change") {
    for (const char* name : {"samples", "form", "turns", "noise", "sigma_max", "warm_start", "start", "start_lambda", "start_iterations"})
        CHECK_FALSE(changesInMidRun(name));
    for (const char* name : {"steps", "zeta", "gamma", "lambda", "eta", "sigma_min", "cg_iterations", "ode_steps", "jacobian_free"})
        CHECK(changesInMidRun(name));
}

TEST_CASE("changes are named; one that must not be is refused") {
    const ParamValues last = someValues();
    CHECK(changedInMidRun(last, someValues()).empty());
    ParamValues next = someValues();
    next.setFromText("zeta", "2,1");
    next.setFromText("steps", "40");
    CHECK(changedInMidRun(last, next) == std::vector<std::string>{"steps", "zeta"});
    next.setFromText("form", "b");
    try {
        (void)changedInMidRun(last, next);
        FAIL("the form changed");
    } catch (const ParamError& error) {
        CHECK(error.parameter() == "form");
    }
    CHECK_THROWS_AS((void)changedInMidRun(last, ParamValues()), ParamError);
}
