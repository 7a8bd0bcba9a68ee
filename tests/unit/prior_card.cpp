#include "core/base/data/prior_card.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/io/safetensors.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
using nlohmann::json;

namespace {
PriorCard card() {
    PriorCard card;
    card.name = "brain";
    card.family = "compact";
    card.network = {{"patch", 2}, {"channels", {8, 16}}};
    card.contrasts = {"T1", "T1CE", "T2", "FLAIR"};
    card.sigmaData = 0.25;
    card.logSigmaMean = -1.6;
    card.logSigmaStd = 1.2;
    card.sigmaMin = 0.01;
    card.sigmaMax = 40;
    card.anatomy = "brain";
    card.matrixRange = {128, 256};
    card.pixelRangeMm = {0.5, 1.5};
    card.trainingSet = "slices";
    card.trainingSetHash = "abc";
    card.attributions = {"one", "two"};
    card.licence = "CC BY-NC-SA 4.0";
    card.imagesSeen = 123456789012;
    card.parentHash = "def";
    card.trainedBy = "Larmor 0.1.0";
    card.recommendations = {{"pnp", "", 0, {{"steps", 20}}, 0},
                            {"pnp", "T1", 4, {{"steps", 10}}, 0.07},
                            {"pnp", "T1", 8, {{"steps", 30}}, 0.1},
                            {"pnp", "", 6, {{"steps", 15}}, 0},
                            {"dps", "FLAIR", 4, {{"zeta", 2.1}}, 0.08}};
    card.history = {{"command", "prior train"}};
    card.weightsHash = "123";
    return card;
}

std::string reasonOf(const json& text) {
    try {
        (void)PriorCard::fromJson(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

json changed(const char* field, const json& value) {
    json text = card().toJson();
    text[field] = value;
    return text;
}

std::int64_t stepsFor(const PriorCard& card, const char* contrast, double R) {
    const auto* found = card.recommendation("pnp", contrast, {R});
    return found ? found->parameters.at("steps").get<std::int64_t>() : -1;
}
}  // namespace

TEST_CASE("A card comes back from its JSON text whole") {
    const json text = card().toJson();
    const PriorCard back = PriorCard::fromJson(json::parse(text.dump()));
    CHECK(back.toJson() == text);
    CHECK(back.contrasts == card().contrasts);
    CHECK(back.imagesSeen == 123456789012);
    CHECK(back.pixelRangeMm == std::vector<double>{0.5, 1.5});
    REQUIRE(back.recommendations.size() == 5);
    CHECK(back.recommendations[1].acceleration == 4);
    CHECK(back.recommendations[1].nrmse == 0.07);
    CHECK(text.size() == 24);  // 22 fields, the format, the recommendations: who adds a field, adds it above
}

TEST_CASE("What sampling must know may not lack; the rest may") {
    const json whole = card().toJson();
    for (const char* field : {"name", "family", "network", "contrasts", "normalisation", "sigma_data", "log_sigma_mean", "log_sigma_std",
                              "sigma_min", "sigma_max", "larmor_prior"}) {
        CAPTURE(field);
        json text = whole;
        text.erase(field);
        CHECK(reasonOf(text).find(field) != std::string::npos);
    }
    for (const char* field : {"anatomy", "matrix_range", "pixel_range_mm", "training_set", "attributions", "licence", "images_seen",
                              "history", "recommendations", "weights_sha256"}) {
        CAPTURE(field);
        json text = whole;
        text.erase(field);
        CHECK(reasonOf(text) == "no error");
    }
}

TEST_CASE("Wrong types and values are refused by name") {
    const std::pair<const char*, json> wrong[] = {{"name", 3},
                                                  {"family", ""},
                                                  {"network", "compact"},
                                                  {"contrasts", {1, 2}},
                                                  {"contrasts", std::vector<std::string>(17, "")},
                                                  {"contrasts", {"T1", "t1"}},
                                                  {"normalisation", "max"},
                                                  {"sigma_data", 0},
                                                  {"sigma_data", "0.5"},
                                                  {"log_sigma_mean", nullptr},
                                                  {"log_sigma_std", -1},
                                                  {"sigma_min", 0},
                                                  {"sigma_max", 0.001},
                                                  {"matrix_range", {1, 2, 3}},
                                                  {"pixel_range_mm", {1}},
                                                  {"recommendations", 5},
                                                  {"recommendations", {5}},
                                                  {"larmor_prior", 2}};
    for (const auto& [field, value] : wrong) {
        CAPTURE(field);
        CAPTURE(value.dump());
        const std::string reason = reasonOf(changed(field, value));
        CAPTURE(reason);
        CHECK(reason != "no error");
        CHECK((reason.find(field) != std::string::npos || reason.find("format") != std::string::npos));
    }
    CHECK(reasonOf(changed("contrasts", std::vector<std::string>{"T1", "", ""})) == "no error");  // reserved ones have no name
    CHECK(reasonOf(json(3)) != "no error");
    CHECK(reasonOf(changed("recommendations", {{{"method", "dps"}}})).find("parameters") != std::string::npos);
}

TEST_CASE("Contrasts are found by name in any case") {
    CHECK(card().contrastIndex("flair") == 3);
    CHECK(card().contrastIndex("T1") == 0);
    CHECK(!card().contrastIndex("DWI"));
    CHECK(!card().contrastIndex(""));
    PriorCard reserved = card();
    reserved.contrasts = {"", "T2"};
    CHECK(!reserved.contrastIndex(""));
    CHECK(reserved.contrastIndex("t2") == 1);
}

TEST_CASE("The recommendation that fits best: own contrast, then nearest R, then any R; never another contrast's") {
    const PriorCard prior = card();
    CHECK(stepsFor(prior, "t1", 4) == 10);
    CHECK(stepsFor(prior, "T1", 5.5) == 10);  // the middle between 4 and 8 in log R is 5.66
    CHECK(stepsFor(prior, "T1", 5.8) == 30);
    CHECK(stepsFor(prior, "T2", 4) == 15);
    CHECK(stepsFor(prior, "T2", 0) == 20);
    CHECK(stepsFor(prior, "", 6) == 15);
    CHECK(prior.recommendation("dps", "T1", {4}) == nullptr);
    CHECK(prior.recommendation("dps", "FLAIR", {8}) == &prior.recommendations[4]);
}

TEST_CASE("Recommendations for masks without a centre hold for these alone; where there are none, the others do") {
    PriorCard prior = card();
    CHECK(prior.recommendation("dps", "FLAIR", {4, false}) == &prior.recommendations[4]);
    prior.recommendations.push_back({"dps", "FLAIR", 8, {{"zeta", 9}}, 0.3, true});
    prior.recommendations.push_back({"daps", "FLAIR", 8, {{"steps", 9}}, 0.3, true});
    prior = PriorCard::fromJson(prior.toJson());
    CHECK(prior.recommendation("dps", "FLAIR", {4, false}) == &prior.recommendations[5]);
    CHECK(prior.recommendation("dps", "FLAIR", {4, true}) == &prior.recommendations[4]);
    CHECK(prior.recommendation("daps", "FLAIR", {8, true}) == nullptr);
}

TEST_CASE("The card of a weights file, and of files that hold none") {
    const TempDir folder;
    const std::vector<io::SafeTensorData> tensors{{"w", "F32", {1}, std::vector<std::byte>(4)}};
    const auto written = [&](const std::map<std::string, std::string>& metadata) {
        io::writeSafeTensors(folder.file("prior.safetensors"), tensors, metadata);
        return folder.file("prior.safetensors");
    };
    CHECK(readPriorCard(written({{kPriorCardKey, card().toJson().dump()}})).toJson() == card().toJson());
    CHECK(ioErrorOf([&] { (void)readPriorCard(written({{"format", "pt"}})); }).find("weights of another program") != std::string::npos);
    CHECK(ioErrorOf([&] { (void)readPriorCard(written({{kPriorCardKey, "{"}})); }).find("JSON") != std::string::npos);
    json lacking = card().toJson();
    lacking.erase("sigma_data");
    const std::string reason = ioErrorOf([&] { (void)readPriorCard(written({{kPriorCardKey, lacking.dump()}})); });
    CHECK(reason.find("sigma_data") != std::string::npos);
    CHECK(reason.find("prior.safetensors") != std::string::npos);
}
