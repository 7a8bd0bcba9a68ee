// larmor-cli prior, from pictures to weights, and what a kill leaves.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/cli/interrupted.h"
#include "tests/cli/small_prior.h"

using namespace larmor::test;

TEST_CASE("prior: pack, train, info and evaluate") {
    const TempDir dir;
    makePack(dir);
    const auto packed = runCliJson(packing(dir));
    CHECK(packed.at("sources").at(0).at("images") == nlohmann::json({3, 1, 1}));
    CHECK(packed.at("sources").at(0).at("subjects") == nlohmann::json({3, 1, 1}));
    const auto trained = runCliJson(training(dir, {"--images", "24", "--seed", "3", "--name", "tiny"}));
    CHECK(trained.at("images") == 24);
    CHECK(trained.at("finished") == true);
    const auto weights = trained.at("weights").get<std::string>();
    const auto card = runCliJson({"prior", "info", weights});
    CHECK(card.at("name") == "tiny");
    CHECK(card.at("licence") == "CC0");
    CHECK(card.at("images_seen") == 24);
    CHECK(card.at("history").at("command") ==
          "larmor-cli prior train --pack small.pack.h5 --config config.json --images 24 --seed 3");
    const auto table = runCliJson({"prior", "evaluate", weights, "--pack", dir.file("small.pack.h5"), "--split", "test"});
    CHECK(table.at("yardstick").size() == 10);
    const auto phased = runCliJson({"prior", "evaluate", weights, "--pack", dir.file("small.pack.h5"), "--split", "test", "--tissue-phase", "1"});
    CHECK(phased.at("tissue_phase") == 1);
    CHECK(phased.at("yardstick") != table.at("yardstick"));
    CHECK(runCli({"prior", "evaluate", weights, "--pack", dir.file("small.pack.h5"), "--tissue-phase", "-1"}).exitCode == 1);
    const auto text = runCli({"prior", "evaluate", weights, "--pack", dir.file("small.pack.h5")});
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "0.02    0.05     0.1     0.2     0.5"));
    CHECK(contains(runCli({"prior", "info", weights}).out, "Attribution   nobody"));
}

TEST_CASE("prior: a kill leaves whole files that training goes on from; a polite stop says how") {
    const TempDir dir;
    makePack(dir);
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    const auto state = dir.file("run/state.safetensors"), weights = dir.file("run/prior.safetensors");
    CHECK(interrupted(training(dir, {"--images", "1000000"}), weights, SIGKILL) == 128 + SIGKILL);
    CHECK(runCli({"prior", "info", weights}).exitCode == 0);
    const auto seen = runCliJson({"prior", "info", weights}).at("images_seen").get<std::int64_t>();
    std::filesystem::remove(weights);
    CHECK(interrupted(training(dir, {"--images", "1000000", "--resume"}), weights, SIGTERM) == 0);
    const auto more = runCliJson({"prior", "info", weights}).at("images_seen").get<std::int64_t>();
    CHECK(more > seen);
    const auto last = runCliJson(training(dir, {"--for", "1s", "--resume"}));
    CHECK(last.at("images").get<std::int64_t>() > more);
    CHECK(last.at("finished") == false);
}

TEST_CASE("prior: wrong use is named") {
    const TempDir dir;
    makePack(dir);
    const auto fails = [](const std::vector<std::string>& arguments, int code, const std::string& text) {
        const auto result = runCli(arguments);
        CAPTURE(result.err);
        CHECK(result.exitCode == code);
        CHECK(contains(result.err, text));
    };
    fails({"prior"}, 1, "larmor-cli prior --help");
    fails({"prior", "trian"}, 1, "'trian' is not a verb of larmor-cli prior. Did you mean train?");
    fails({"prior", "train", "--bacth", "3"}, 1, "Did you mean --batch? See: larmor-cli prior train --help");
    fails({"prior", "train", "--pack", "a.h5"}, 1, "--out FOLDER");
    fails(training(dir, {}), 1, "The training has no end.");
    fails(training(dir, {"--for", "2d"}), 1, "'2d' is not a duration.");
    fails(training(dir, {"--images", "8"}), 2, "small.pack.h5");  // not made yet
    fails({"prior", "pack", dir.file("none.json"), "-o", dir.file("x.h5")}, 2, "none.json");
    fails({"prior", "info", dir.file("recipe.json")}, 2, "recipe.json");
    writeFile(dir.file("config.json"), R"({"batsch": 4})");
    fails(training(dir, {"--images", "8"}), 1, "batsch");
    writeFile(dir.file("config.json"), "{");
    fails(training(dir, {"--images", "8"}), 2, "config.json");
}
