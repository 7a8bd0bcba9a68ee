#include "core/base/param_spec.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace larmor;
using nlohmann::json;

namespace {
ParamList sample() {
    return paramListFromJson(json::parse(R"([{"name": "zeta", "type": "schedule", "default": 1, "min": 0, "max": 10, "doc": "Weight."}])"));
}
}  // namespace

TEST_CASE("schedules: a number, or several with commas between, each in its range") {
    ParamValues values(sample());
    CHECK(values.schedule("zeta") == std::vector<double>{1});
    CHECK(values.text("zeta") == "1");
    values.setFromText("zeta", "2.1,2.1,1");
    CHECK(values.schedule("zeta") == std::vector<double>{2.1, 2.1, 1});
    CHECK(values.text("zeta") == "2.1,2.1,1");
    values.set("zeta", 0.5);
    CHECK(values.schedule("zeta") == std::vector<double>{0.5});
    for (const char* wrong : {"", ",", "1,", "1,,2", "a", "1;2", "11", "2,-1", "1, 2", "nan"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(values.setFromText("zeta", wrong), ParamError);
    }
    CHECK_THROWS_AS(values.set("zeta", true), ParamError);
    CHECK(values.schedule("zeta") == std::vector<double>{0.5});
}

TEST_CASE("schedules: JSON as text or as a number, and back; help names the type") {
    CHECK(ParamValues::fromJson(sample(), {{"zeta", 2.1}}).schedule("zeta") == std::vector<double>{2.1});
    CHECK(ParamValues::fromJson(sample(), {{"zeta", 3}}).text("zeta") == "3");
    const auto values = ParamValues::fromJson(sample(), {{"zeta", "2,1"}});
    CHECK(values.toJson() == json{{"zeta", "2,1"}});
    CHECK(describe(sample()).find("schedule 0..10, default 1") != std::string::npos);
    CHECK_THROWS_AS(
        (void)paramListFromJson(json::parse(R"([{"name": "z", "type": "schedule", "default": "1,20", "min": 0, "max": 10, "doc": ""}])")),
        PluginError);
    CHECK_THROWS_AS((void)ParamValues::fromJson(sample(), {{"zeta", {1, 2}}}), ParamError);
}
