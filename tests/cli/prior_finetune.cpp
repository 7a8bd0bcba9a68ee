// larmor-cli prior finetune and the selection of training images.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/interrupted.h"
#include "tests/cli/small_prior.h"

using namespace larmor::test;

namespace {

/// A parent that was trained on the only contrast there is.
void makeParent(const TempDir& dir) {
    makePack(dir);
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    REQUIRE(runCli(training(dir, {"--images", "200", "--lr", "5e-3", "--name", "tiny"})).exitCode == 0);
}

std::vector<std::string> finetuning(const TempDir& dir, const std::vector<std::string>& more, const std::string& images = "0,8,16") {
    std::vector<std::string> all{"prior",      "finetune",
                                 "--parent",   dir.file("run/prior.safetensors"),
                                 "--pack",     dir.file("small.pack.h5"),
                                 "--contrast", "T1",
                                 "--out",      dir.file("tuned"),
                                 "--lr",       "1e-3,1e-4",
                                 "--images",   images,
                                 "--ramp",     "4",
                                 "--R",        "2",
                                 "--acs",      "14",
                                 "--threads",  "1",
                                 "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace

TEST_CASE("prior finetune: a grid, its choice and a test; the command in the card; resume does nothing twice") {
    const TempDir dir;
    makeParent(dir);
    const auto first = runCliJson(finetuning(dir, {"--subjects", "2"}));
    CHECK(first.at("finished") == true);
    REQUIRE(first.at("grid").size() == 1 + 2 * 2);
    CHECK(first.at("test").size() == 2);
    CHECK(first.at("grid").at(0).at("images") == 0);
    const auto weights = first.at("weights").get<std::string>();
    CHECK(first.at("choice").at("is_parent") == (first.at("choice").at("images") == 0));
    const auto card = runCliJson({"prior", "info", weights});
    CHECK(card.at("history").at("finetune").at("command") ==
          "larmor-cli prior finetune --parent prior.safetensors --pack small.pack.h5 --contrast T1 --subjects 2 --lr 0.001,0.0001 --images "
          "0,8,16 --ramp 4 "
          "--R 2 --mask equispaced --acs 14 --method pnp --validation-images 4 --test-images 8");
    for (const auto* file : {"grid.csv", "grid.svg", "test.csv"}) CHECK(std::filesystem::exists(dir.file("tuned/") + file));
    const auto text = runCli(finetuning(dir, {"--subjects", "2", "--resume"}));
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "Test subjects:"));
    CHECK((contains(text.out, "Chosen: ") || contains(text.out, "The parent is the best of the grid")));
    const auto again = runCli(finetuning(dir, {"--subjects", "2"}));
    CHECK(again.exitCode == 2);
    CHECK(contains(again.err, "already holds a fine-tuning"));
    const auto other = runCli(finetuning(dir, {"--resume"}));
    CHECK(other.exitCode == 2);
    CHECK(contains(other.err, "another 'selection'"));
}

TEST_CASE("prior finetune: killed and gone on with, it ends with the same grid") {
    const TempDir dir;
    makeParent(dir);
    const std::vector<std::string> noTest{"--test-images", "0"};
    REQUIRE(runCli(finetuning(dir, noTest)).exitCode == 0);
    std::filesystem::rename(dir.file("tuned"), dir.file("whole"));
    CHECK(interrupted(finetuning(dir, noTest), dir.file("tuned/lr_0.001/prior_16.safetensors"), SIGKILL) == 128 + SIGKILL);
    CHECK_FALSE(std::filesystem::exists(dir.file("tuned/prior.safetensors")));
    const auto rest = runCli(finetuning(dir, {"--test-images", "0", "--resume"}));
    CAPTURE(rest.err);
    CHECK(rest.exitCode == 0);
    CHECK(readFile(dir.file("tuned/grid.csv")) == readFile(dir.file("whole/grid.csv")));
    const auto other = runCli(finetuning(dir, {"--resume"}));
    CHECK(other.exitCode == 2);
    CHECK(contains(other.err, "another 'test_images'"));
}

TEST_CASE("prior finetune: wrong use is named; the end of the time is no error") {
    const TempDir dir;
    makeParent(dir);
    const auto fails = [](const std::vector<std::string>& arguments, int code, const std::string& text) {
        const auto result = runCli(arguments);
        CAPTURE(result.err);
        CHECK(result.exitCode == code);
        CHECK(contains(result.err, text));
    };
    fails({"prior", "finetune", "--pack", "a.h5"}, 1, "--parent WEIGHTS");
    fails(finetuning(dir, {"--contrsat", "T2"}), 1, "Did you mean --contrast?");
    fails(finetuning(dir, {"--mask", "round"}), 1, "round");
    fails(finetuning(dir, {"--subjects", "9"}), 2, "the training pack has 3");
    fails(finetuning(dir, {"--resume"}), 2, "nothing to resume");
    CHECK_FALSE(std::filesystem::exists(dir.file("tuned")));
    const auto result = runCli(finetuning(dir, {"--for", "1s"}, "8,4000000"));
    CHECK(result.exitCode == 0);
    CHECK(contains(result.out, "not finished; --resume goes on"));
    CHECK_FALSE(std::filesystem::exists(dir.file("tuned/test.csv")));
}

TEST_CASE("prior train and evaluate: --only, --without and --subjects") {
    const TempDir dir;
    makePack(dir);
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    const auto run = runCli(training(dir, {"--images", "8", "--subjects", "T1=2"}));
    CAPTURE(run.err);
    REQUIRE(run.exitCode == 0);
    const auto history = runCliJson({"prior", "info", dir.file("run/prior.safetensors")}).at("history");
    CHECK(history.at("subjects").at("T1").size() == 2);
    CHECK(contains(history.at("command"), " --subjects T1=2 "));
    const auto fails = [](const std::vector<std::string>& arguments, int code, const std::string& text) {
        const auto result = runCli(arguments);
        CAPTURE(result.err);
        CHECK(result.exitCode == code);
        CHECK(contains(result.err, text));
    };
    fails(training(dir, {"--images", "8", "--only", "T2"}), 1, "no contrast 'T2'");
    fails(training(dir, {"--images", "8", "--without", "T1", "--subjects", "T1=2"}), 1, "not among the contrasts that are selected");
    fails(training(dir, {"--images", "8", "--subjects", "T1=many"}), 1, "'many' is no number of subjects of T1.");
    fails({"prior", "evaluate", dir.file("run/prior.safetensors"), "--pack", dir.file("small.pack.h5"), "--without", "T1"}, 2,
          "leaves no image");
}
