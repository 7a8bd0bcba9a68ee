#include <doctest/doctest.h>

#include "core/session/steering/recipe.h"
#include "core/session/steering/branch_tree.h"
#include "tests/session/stepwise_run.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using nlohmann::json;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

Recipe example() {
    Recipe recipe{"dps",
                  test::stepwiseValues(20).toJson(),
                  {{4, {{"zeta", "2.5"}}}, {9, {{"zeta", "0.5"}, {"noise", 0.1}}}},
                  PriorRequest{"brain", "T1", "abc"},
                  11};
    recipe.coils.virtualCoils = 6;
    return recipe;
}

std::string refusal(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.fullText();
    }
    return {};
}

}  // namespace

TEST_CASE("a recipe survives its file") {
    const test::TempDir folder;
    writeRecipe(folder.file("a.json"), example());
    const auto read = readRecipe(folder.file("a.json"));
    CHECK(read.toJson() == example().toJson());
    CHECK(read.steering == example().steering);
    CHECK(read.coils == example().coils);
    CHECK(read.prior->prior == "brain");
    CHECK(read.prior->contrast == "T1");
    CHECK(read.prior->hash == "abc");
    CHECK(steeredParameters(read) == std::vector<std::string>{"noise", "zeta"});
}

TEST_CASE("what is wrong in a recipe is named") {
    const auto refused = [](const std::function<void(json&)>& damage, const std::string& word) {
        auto source = example().toJson();
        damage(source);
        CHECK_MESSAGE(has(refusal([&] { (void)Recipe::fromJson(source); }), word), word);
    };
    refused([](json& all) { all.erase("larmor_recipe"); }, "not a recipe");
    refused([](json& all) { all["larmor_recipe"] = 7; }, "format 7");
    refused([](json& all) { all.erase("method"); }, "'method'");
    refused([](json& all) { all["seed"] = "one"; }, "'seed'");
    refused([](json& all) { all["parameters"] = json::array(); }, "'parameters'");
    refused([](json& all) { all["steering"] = 3; }, "'steering'");
    refused([](json& all) { all["steering"][1].erase("step"); }, "Change 2");
    refused([](json& all) { all["steering"][1]["step"] = 4; }, "does not come after");
    refused([](json& all) { all["steering"][0]["step"] = -1; }, "below 0");
    refused([](json& all) { all["steering"][0]["ends"] = true; }, "follows the end");
    refused([](json& all) { all["steering"][0].erase("values"); }, "changes nothing");
    refused([](json& all) { all["prior"].erase("sha256"); }, "'sha256'");
    const test::TempDir folder;
    test::writeFile(folder.file("a.json"), "{\"larmor_recipe\": 1}");
    CHECK(has(refusal([&] { (void)readRecipe(folder.file("a.json")); }), "a.json"));
}

TEST_CASE("a recipe takes the place of method, values, prior and seed, and of nothing else") {
    ReconstructionRequest request;
    request.slices = {2};
    request.chosenParameters.emplace();
    request.prior = PriorRequest{"/elsewhere/brain.safetensors", "", ""};
    apply(example(), request);
    CHECK(request.method == "dps");
    CHECK(request.parameters.integer("steps") == 20);
    CHECK(request.steering == example().steering);
    CHECK_FALSE(request.chosenParameters);
    CHECK(request.seed == 11);
    CHECK(request.slices == std::vector<std::int64_t>{2});
    CHECK(request.prior->prior == "/elsewhere/brain.safetensors");
    CHECK(request.prior->hash == "abc");
    CHECK(request.prior->contrast == "T1");
    auto wrong = example();
    wrong.steering[0].values = {{"zetta", 1}};
    CHECK(has(refusal([&] { apply(wrong, request); }), "step 5"));
    wrong.steering[0].values = {{"zeta", "-3"}};
    CHECK_THROWS_AS(apply(wrong, request), InputError);
}

TEST_CASE("the protocol carries the steering; protocols from before it read as unsteered") {
    Protocol protocol;
    CHECK(protocol.toJson().at("steering") == json::array());
    protocol.parameters = protocol.mapParameters = json::object();
    protocol.steering = {{4, {{"zeta", "2.5"}}}, {9, json::object(), true}};
    CHECK(Protocol::fromJson(protocol.toJson()).steering == protocol.steering);
    auto old = protocol.toJson();
    old.erase("steering");
    CHECK(Protocol::fromJson(old).steering.empty());
    old["steering"] = {{{"step", "x"}}};
    CHECK_THROWS_AS((void)Protocol::fromJson(old), InputError);
    const auto recipe = recipeOf(protocol);
    CHECK(recipe.steering == protocol.steering);
    CHECK_FALSE(recipe.prior);
}

TEST_CASE("the command of a steered result goes by its recipe") {
    Protocol protocol;
    protocol.method = "dps";
    protocol.parameters = test::stepwiseValues().toJson();
    protocol.mapParameters = json::object();
    protocol.source = "/data/scan.h5";
    protocol.slices = {3};
    protocol.prior.emplace().name = "brain";
    protocol.prior->contrast = "T1";
    CHECK(has(asCommandLine(protocol, "a.h5"), "--method dps --slices 3 --prior brain --contrast T1 --set"));
    protocol.steering = {{4, {{"zeta", "2.5"}}}};
    const auto text = asCommandLine(protocol, "a.h5");
    CHECK(has(text, "larmor-cli recon /data/scan.h5 --recipe recipe.json --slices 3"));
    CHECK(has(text, "larmor-cli info a.h5 --recipe recipe.json"));
    for (const char* part : {"--method", "--set", "--prior", "--contrast", "--seed"}) CHECK_FALSE(has(text, part));
    protocol.prior->file = "/data/brain.safetensors";
    CHECK(has(asCommandLine(protocol, "a.h5"), "--prior /data/brain.safetensors"));
}

TEST_CASE("a recipe tells each slice the same, at its step") {
    for (const std::int64_t slice : {0, 5}) {
        std::vector<std::pair<std::int64_t, std::string>> used;
        test::Stepwise method;
        method.start = test::stepwiseValues(6);
        method.slice = slice;
        method.used = &used;
        RecipeSteering steering({{0, {{"zeta", "3"}}}, {2, {{"zeta", "2"}}}, {5, json::object(), true}});
        CHECK_FALSE(steering.asked());
        (void)method({{}, &silentProgress(), &steering});
        CHECK(steering.asked());
        CHECK(used == std::vector<std::pair<std::int64_t, std::string>>{{1, "3"}, {2, "3"}, {3, "2"}, {4, "2"}, {5, "2"}});
    }
}

TEST_CASE("a recipe goes on from a state with the values that hold there") {
    const std::vector<SteeringChange> changes{{2, {{"zeta", "2"}}}, {4, {{"zeta", "0.5"}}}};
    test::Stepwise method;
    method.start = test::stepwiseValues(8);
    StepState third;
    struct Watch final : Steering {
        RecipeSteering inner;
        StepState& third;
        Watch(const std::vector<SteeringChange>& changes, StepState& kept) : inner(changes), third(kept) {}
        NextStep next(std::int64_t slice, const StepState& at, const ParamValues& last) override { return inner.next(slice, at, last); }
        void done(const StepRecord& record) override {
            if (record.state.step == 3) third = record.state;
        }
    } watch(changes, third);
    const auto whole = method({{}, &silentProgress(), &watch});
    std::vector<std::pair<std::int64_t, std::string>> used;
    method.used = &used;
    RecipeSteering rest(changes, third);
    CHECK(method({{}, &silentProgress(), &rest}).images.pixels == whole.images.pixels);
    CHECK(used.front() == std::pair<std::int64_t, std::string>{4, "2"});
    CHECK(used.size() == 5);
}

TEST_CASE("a method that cannot be steered says so, instead of leaving the steering out") {
    const test::TempDir folder;
    test::writeFile(folder.file("scan.bin"), "the source of this scan");
    ReconstructionRequest request;
    request.acquisition = std::make_shared<test::MemoryAcquisition>(std::vector<ComplexArray>{test::phantomKspace(4, 32, 32, 0.01, 5)},
                                                                    folder.file("scan.bin"));
    request.method = "cg-sense";
    request.steering = {{1, {{"lambda", 0.1}}}};
    CHECK(has(refusal([&] { (void)reconstruct(request, {}); }), "'cg-sense' cannot be steered"));
    request.steering = {{1, {{"lambda", -0.1}}}};
    CHECK(has(refusal([&] { (void)reconstruct(request, {}); }), "step 2"));
}
