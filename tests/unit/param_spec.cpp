#include <algorithm>

#include "core/base/param_spec.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/api/engine.h"

using namespace larmor;
using nlohmann::json;

namespace {
ParamList sample() {
    return paramListFromJson(json::parse(R"([
        {"name": "lambda", "label": "Regularisation", "type": "real", "default": 0.01, "min": 0, "max": 10, "logarithmic": true, "doc": "Weight."},
        {"name": "iterations", "type": "integer", "default": 30, "min": 1, "max": 500, "step": 5, "doc": "Steps."},
        {"name": "shifts", "type": "boolean", "default": true, "doc": "Random shifts.", "advanced": true},
        {"name": "wavelet", "type": "choice", "default": "dau2", "choices": ["haar", "dau2"], "doc": "Kind."}])"));
}
}  // namespace

TEST_CASE("parameters: from a sidecar, with all fields") {
    const ParamList list = sample();
    REQUIRE(list.size() == 4);
    CHECK(list[0].label == "Regularisation");
    CHECK(list[0].logarithmic);
    CHECK(list[1].label == "iterations");
    CHECK(list[1].maximum == 500);
    CHECK(list[2].advanced);
    CHECK(std::get<bool>(list[2].initial));
    CHECK(list[3].choices == std::vector<std::string>{"haar", "dau2"});
}

TEST_CASE("parameters: a wrong sidecar entry is named") {
    const auto refused = [](const char* text, const char* part) {
        CAPTURE(text);
        try {
            (void)paramListFromJson(json::parse(text));
            FAIL("nothing was thrown");
        } catch (const PluginError& error) {
            CHECK(std::string(error.what()).find(part) != std::string::npos);
        }
    };
    refused("{}", "not an array");
    refused("[1]", "1");
    refused(R"([{"type": "real"}])", "'name' is missing");
    refused(R"([{"name": "a", "type": "float", "default": 1, "min": 0, "max": 1, "doc": ""}])", "'float'");
    refused(R"([{"name": "a", "type": "real", "default": "x", "min": 0, "max": 1, "doc": ""}])", "default");
    refused(R"([{"name": "a", "type": "real", "default": 1, "max": 1, "doc": ""}])", "'min' is missing");
    refused(R"([{"name": "a", "type": "real", "default": 1, "min": 0, "max": 1}])", "'doc' is missing");
    refused(R"([{"name": "a", "type": "real", "default": 2, "min": 0, "max": 1, "doc": ""}])", "'a'");
    refused(R"([{"name": "a", "type": "real", "default": 1, "min": 0, "max": 1, "doc": "", "maximum": 3}])", "'maximum' is not known");
    refused(
        R"([{"name": "a", "type": "boolean", "default": true, "doc": ""}, {"name": "a", "type": "boolean", "default": true, "doc": ""}])",
        "two of that name");
}

TEST_CASE("parameters: text is parsed, ranged and written back the same") {
    ParamValues values(sample());
    CHECK(values.real("lambda") == 0.01);
    CHECK(values.integer("iterations") == 30);
    values.setFromText("lambda", "2e-3");
    values.setFromText("iterations", "60");
    values.setFromText("shifts", "off");
    values.setFromText("wavelet", "haar");
    CHECK(values.real("lambda") == 0.002);
    CHECK_FALSE(values.boolean("shifts"));
    CHECK(values.choice("wavelet") == "haar");
    CHECK(values.text("lambda") == "0.002");
    CHECK(values.text("shifts") == "false");
    for (const double x : {0.1 + 0.2, 1e-7, 9.999999999999998}) {
        values.set("lambda", x);
        ParamValues again(sample());
        again.setFromText("lambda", values.text("lambda"));
        CHECK(again.real("lambda") == x);
    }
    values.set("lambda", std::int64_t{3});
    CHECK(values.real("lambda") == 3.0);
}

TEST_CASE("parameters: what does not fit is refused with its name and its range") {
    ParamValues values(sample());
    const auto refused = [&](const char* name, const char* text) {
        CAPTURE(name);
        CAPTURE(text);
        try {
            values.setFromText(name, text);
            FAIL("nothing was thrown");
        } catch (const ParamError& error) {
            CHECK(error.parameter() == name);
        }
    };
    for (const char* text : {"", "x", "1x", " 1", "nan", "inf", "-0.1", "10.1", "1,5"}) refused("lambda", text);
    for (const char* text : {"", "0", "501", "3.5", "99999999999999999999"}) refused("iterations", text);
    refused("shifts", "maybe");
    refused("wavelet", "db4");
    refused("lamda", "1");
    CHECK_THROWS_AS(values.set("iterations", 3.0), ParamError);
    CHECK_THROWS_AS((void)values.real("iterations"), ParamError);
    CHECK_THROWS_AS((void)values.real("nothing"), ParamError);
    CHECK(values.toJson() == ParamValues(sample()).toJson());
    CHECK_THROWS_WITH(values.setFromText("lambda", "11"), "Parameter 'lambda': expected a number from 0 to 10, found '11'.");
}

TEST_CASE("parameters: JSON both ways; missing ones keep their initial values") {
    ParamValues values(sample());
    values.setFromText("lambda", "0.5");
    values.setFromText("wavelet", "haar");
    const json stored = values.toJson();
    CHECK(stored == json::parse(R"({"lambda": 0.5, "iterations": 30, "shifts": true, "wavelet": "haar"})"));
    CHECK(ParamValues::fromJson(sample(), json::parse(stored.dump())).toJson() == stored);
    CHECK(ParamValues::fromJson(sample(), json::object()).integer("iterations") == 30);
    CHECK(ParamValues::fromJson(sample(), nullptr).integer("iterations") == 30);
    CHECK(ParamValues::fromJson(sample(), {{"lambda", 1}}).real("lambda") == 1.0);
    CHECK_THROWS_AS((void)ParamValues::fromJson(sample(), {{"mu", 1}}), ParamError);
    CHECK_THROWS_AS((void)ParamValues::fromJson(sample(), {{"lambda", "big"}}), ParamError);
    CHECK_THROWS_AS((void)ParamValues::fromJson(sample(), {{"lambda", {1, 2}}}), ParamError);
    CHECK_THROWS_AS((void)ParamValues::fromJson(sample(), json::array()), ParamError);
}

TEST_CASE("parameters: assignments and help") {
    CHECK(splitAssignment("a=b=c") == std::pair<std::string, std::string>{"a", "b=c"});
    CHECK(splitAssignment("a=").second.empty());
    CHECK_THROWS_AS((void)splitAssignment("a"), UsageError);
    CHECK_THROWS_AS((void)splitAssignment("=1"), UsageError);
    const std::string help = describe(sample());
    CHECK(help.find("  lambda      real 0..10, default 0.01") == 0);
    CHECK(help.find("haar|dau2, default dau2") != std::string::npos);
    CHECK(std::count(help.begin(), help.end(), '\n') == 4);
}

TEST_CASE("ESPIRiT options: the defaults of the parameters are those of the struct") {
    const EspiritOptions from = espiritOptionsFrom(ParamValues(espiritParameters())), initial;
    CHECK(from.calibrationSize == initial.calibrationSize);
    CHECK(from.kernelSize == initial.kernelSize);
    CHECK(from.threshold == initial.threshold);
    CHECK(from.crop == initial.crop);
    CHECK(from.softSense == initial.softSense);
}
