// Fine-tuning: grid, choice, test, what a stop leaves.
#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "core/base/io/safetensors.h"
#include "core/session/finetune_card.h"
#include "core/session/recommend.h"
#include "core/session/sweep.h"
#include "tests/session/finetune_fixture.h"

using namespace larmor;
using namespace larmor::session;
using namespace larmor::test;

namespace {

namespace fs = std::filesystem;

std::map<std::string, std::vector<std::byte>> tensorsOf(const std::string& path) {
    std::map<std::string, std::vector<std::byte>> tensors;
    const auto header = io::readSafeTensorsHeader(path);
    for (const auto& tensor : header.tensors) tensors[tensor.name] = io::readSafeTensor(path, header, tensor);
    return tensors;
}

std::vector<std::vector<std::string>> tableOf(const std::string& path) {
    std::istringstream lines(readFile(path));
    std::vector<std::vector<std::string>> table;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream cells(line);
        table.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) table.back().push_back(cell);
    }
    return table;
}

}  // namespace

TEST_CASE("fine-tuning: the grid is scored, the best is chosen and tested, a run that goes on does nothing twice") {
    FinetuneFixture fixture;
    const auto advised = fixture.dir.file("advised.safetensors");  // what the parent's card recommends must not part it from its offspring
    writeRecommendations(fixture.parent, {{"pnp", "", 0, {{"steps", 2}}, 0.1}}, advised);
    fixture.parent = advised;
    auto job = fixture.job("grid");
    Watcher watcher;
    const auto result = finetune(job, {{}, &watcher});
    REQUIRE(result.finished);
    CHECK_FALSE(watcher.goesBack);
    REQUIRE(result.grid.size() == (1 + 2 * 2) * 2);

    // Means of what the table of single images holds.
    std::map<std::pair<std::string, std::string>, std::vector<double>> scores;
    const auto cells = readSweep(job.folder + "/scores.json").cells;
    for (const auto& cell : cells) {
        scores[{cell.prior, cell.mask}].push_back(cell.whole.nrmse);
        CHECK(cell.parameters == cells.front().parameters);
    }
    CHECK(cells.front().parameters.at("steps") != 2);
    CHECK(scores.size() == 10);
    const auto meanOf = [&](const std::string& weights, const std::string& R) {
        const auto& values = scores.at({weights, "equispaced:R=" + R + ",acs=14,seed=1"});
        REQUIRE(values.size() == 2);
        return (values[0] + values[1]) / 2;
    };
    const auto table = tableOf(job.folder + "/grid.csv");
    REQUIRE(table.size() == 11);
    CHECK(table[0] == std::vector<std::string>{"learning_rate", "images", "R", "contrast", "nrmse", "images_scored"});
    double best = 1e9, parent = 0;
    std::string bestFile;
    for (std::size_t i = 1; i < table.size(); i += 2) {
        const bool isParent = table[i][1] == "0";
        const auto file = isParent ? fixture.parent : job.folder + "/lr_" + table[i][0] + "/prior_" + table[i][1] + ".safetensors";
        CHECK(table[i][2] == "2");
        CHECK(table[i + 1][2] == "3");
        CHECK(table[i][3] == "FLAIR");
        CHECK(table[i][5] == "2");
        CHECK(std::stod(table[i][4]) == doctest::Approx(meanOf(file, "2")).epsilon(1e-4));
        CHECK(std::stod(table[i + 1][4]) == doctest::Approx(meanOf(file, "3")).epsilon(1e-4));
        const double mean = (meanOf(file, "2") + meanOf(file, "3")) / 2;
        if (isParent) parent = mean;
        if (mean < best) best = mean, bestFile = file;
    }
    REQUIRE(result.choice);
    CHECK(result.choice->nrmse == doctest::Approx(best));
    CHECK(result.choice->parentNrmse == doctest::Approx(parent));
    CHECK((tensorsOf(result.weights) == tensorsOf(bestFile)));

    CHECK(readPriorCard(result.weights).history.at("finetune").at("grid").size() == 10);
    CHECK(readFile(job.folder + "/grid.svg").find("chosen: ") != std::string::npos);

    const auto tests = tableOf(job.folder + "/test.csv");
    REQUIRE(tests.size() == 5);
    REQUIRE(result.test.size() == 4);
    CHECK(tests[1][0] == "parent");
    CHECK(tests[3][0] == "chosen");
    for (const auto& cell : readSweep(job.folder + "/test_scores.json").cells) CHECK(cell.scan == "FLAIR6");

    const auto scoredAt = fs::last_write_time(job.folder + "/scores.json"),
               trainedAt = fs::last_write_time(job.folder + "/lr_0.005/prior_40.safetensors");
    const auto grid = readFile(job.folder + "/grid.csv"), tested = readFile(job.folder + "/test.csv");
    fs::remove(job.folder + "/test.csv");
    job.resume = true;
    Watcher again;
    CHECK(finetune(job, {{}, &again}).finished);
    CHECK(again.stages.empty());
    CHECK(fs::last_write_time(job.folder + "/scores.json") == scoredAt);
    CHECK(fs::last_write_time(job.folder + "/lr_0.005/prior_40.safetensors") == trainedAt);
    CHECK(readFile(job.folder + "/grid.csv") == grid);
    CHECK(readFile(job.folder + "/test.csv") == tested);
}

TEST_CASE("fine-tuning: shorter runs are the beginnings of longer ones; the chosen weights say where they come from") {
    const FinetuneFixture fixture;
    auto job = fixture.job("both"), straight = fixture.job("straight");
    job.accelerations = straight.accelerations = {2};
    job.rates = straight.rates = {5e-3};
    straight.images = {80};
    job.validationImages = straight.validationImages = 1;
    job.testImages = straight.testImages = 0;
    const auto result = finetune(job, {});
    CHECK(finetune(straight, {}).finished);
    const auto last = job.folder + "/lr_0.005/prior_80.safetensors";
    CHECK((tensorsOf(straight.folder + "/lr_0.005/prior_80.safetensors") == tensorsOf(last)));
    CHECK((tensorsOf(job.folder + "/lr_0.005/prior_40.safetensors") != tensorsOf(last)));
    CHECK_FALSE(fs::exists(job.folder + "/test.csv"));

    const auto chosen = fixture.dir.file("chosen.safetensors");
    writeChosen(finetunePlan(job), {5e-3, 80, 0.1, 0.2}, result.grid, chosen);
    CHECK((tensorsOf(chosen) == tensorsOf(last)));
    const auto card = readPriorCard(chosen), parent = readPriorCard(fixture.parent);
    CHECK(card.name == "parent-FLAIR");
    CHECK(parent.contrasts == std::vector<std::string>{"T1"});
    CHECK(card.contrasts == std::vector<std::string>{"T1", "FLAIR"});
    CHECK(card.parentHash == parent.weightsHash);
    CHECK(card.imagesSeen == 8 + 80);
    CHECK(card.attributions == std::vector<std::string>{"nobody"});
    CHECK(card.licence == "CC0");
    CHECK(card.trainingSet == "phantoms of the pack; fine-tuned to FLAIR");
    const auto& history = card.history;
    CHECK(history.at("subjects").at("FLAIR").size() == 2);
    CHECK(history.at("config").at("learning_rate") ==
          nlohmann::json{{"peak", 5e-3}, {"ramp_images", 4}, {"decay", "constant"}, {"decay_from", 0}, {"final", 0.02}});
    CHECK(history.at("finetune").at("command") == job.command);
    CHECK(history.at("finetune").at("grid").size() == 3);
    CHECK(history.at("finetune").at("parent").at("images_seen") == 8);
    CHECK(history.at("finetune").at("chosen").at("images") == 80);
}

TEST_CASE("fine-tuning: stopped while it trains and while it scores, it goes on to the same numbers") {
    const FinetuneFixture fixture;
    auto whole = fixture.job("whole");
    whole.testImages = 0;
    whole.accelerations = {2};
    const auto expected = finetune(whole, {});
    auto job = fixture.job("parts");
    job.testImages = 0;
    job.accelerations = {2};
    for (const auto* stage : {"Scoring the parent: FLAIR5", "Training at 0.005: 44", "Scoring 80 images at 0.005", "Training at 0.001"}) {
        Watcher watcher(stage);
        const auto part = finetune(job, {watcher.source.get_token(), &watcher});
        CAPTURE(stage);
        CHECK(watcher.saw(stage));
        CHECK_FALSE(part.finished);
        CHECK_FALSE(part.choice);
        CHECK_FALSE(fs::exists(job.folder + "/prior.safetensors"));
        job.resume = true;
    }
    CHECK(fs::exists(job.folder + "/grid.csv"));
    job.seconds = 1e-6;
    CHECK_FALSE(finetune(job, {}).finished);
    job.seconds = 0;
    Watcher last;
    CHECK(finetune(job, {{}, &last}).finished);
    CHECK_FALSE(last.saw("Training at 0.005"));
    CHECK_FALSE(last.saw("Scoring the parent"));
    CHECK(readFile(job.folder + "/grid.csv") == readFile(whole.folder + "/grid.csv"));
    CHECK((tensorsOf(job.folder + "/prior.safetensors") == tensorsOf(expected.weights)));
}

TEST_CASE("fine-tuning: where every rate spoils the weights, the parent is chosen and stays as it is") {
    const FinetuneFixture fixture(200);
    auto job = fixture.job("spoilt");
    job.rates = {0.1};
    job.images = {24};
    const auto result = finetune(job, {});
    REQUIRE(result.finished);
    CHECK(result.choice->isParent());
    CHECK(result.choice->nrmse == result.choice->parentNrmse);
    CHECK((tensorsOf(result.weights) == tensorsOf(fixture.parent)));
    const auto card = readPriorCard(result.weights);
    CHECK(card.imagesSeen == 200);
    CHECK(card.contrasts == std::vector<std::string>{"T1"});
    CHECK(card.history.at("finetune").at("chosen").at("images") == 0);
    REQUIRE(result.test.size() == 4);
    CHECK(result.test[0].nrmse == result.test[2].nrmse);
}

TEST_CASE("fine-tuning: what cannot work is refused before anything is trained") {
    const FinetuneFixture fixture;
    const auto refuses = [&](const std::function<void(FinetuneJob&)>& change, const char* text) {
        auto job = fixture.job("refused");
        change(job);
        try {
            (void)finetune(job, {});
            FAIL("nothing was thrown: " << text);
        } catch (const Error& error) {
            CAPTURE(error.fullText());
            CHECK(error.fullText().find(text) != std::string::npos);
        }
        CHECK_FALSE(fs::exists(job.folder));
    };
    refuses([](auto& job) { job.parent = "nobody"; }, "There is no prior 'nobody'.");
    refuses([](auto& job) { job.contrast = "PD"; }, "It has FLAIR, T1.");
    refuses([](auto& job) { job.subjects = 9; }, "9 training subjects of FLAIR are asked for; the training pack has 4.");
    refuses([](auto& job) { job.method = "cg-sense"; }, "uses no prior");
    refuses([](auto& job) { job.rampImages = 40; }, "never reaches its learning rate");
    refuses([](auto& job) { job.images = {40, 42}; }, "42 is no multiple of the batch of 4");
    refuses([](auto& job) { job.images = {0}; }, "images");
    refuses([](auto& job) { job.rates = {1e-4, 1e-4}; }, "one comes twice");
    refuses([](auto& job) { job.rates = {2}; }, "2 is not between 0 and 1");
    refuses([](auto& job) { job.accelerations = {1}; }, "1 is not above 1");
    refuses([](auto& job) { job.settings = {{"batsch", 2}}; }, "batsch");
    FinetuneFixture::writePack(fixture.dir.file("no_validation.h5"), 0, 1);
    FinetuneFixture::writePack(fixture.dir.file("no_test.h5"), 1, 0);
    refuses([&](auto& job) { job.pack = fixture.dir.file("no_validation.h5"); }, "no FLAIR image in the split 'validate'");
    refuses([&](auto& job) { job.pack = fixture.dir.file("no_test.h5"); }, "--test-images 0");

    auto job = fixture.job("kept");
    job.resume = true;
    CHECK_THROWS_WITH_AS((void)finetune(job, {}), doctest::Contains("nothing to resume"), InputError);
    job.resume = false;
    job.seconds = 1e-6;
    CHECK_FALSE(finetune(job, {}).finished);
    CHECK_THROWS_WITH_AS((void)finetune(job, {}), doctest::Contains("already holds a fine-tuning"), InputError);
    job.resume = true;
    job.rates = {1e-3};
    CHECK_THROWS_WITH_AS((void)finetune(job, {}), doctest::Contains("another 'lr'"), InputError);
}
