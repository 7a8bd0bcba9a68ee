// Whole training runs of a tiny network.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/data/prior_card.h"
#include "core/base/io/safetensors.h"
#include "core/recon/training/start_training.h"
#include "core/recon/training/trainer.h"
#include "tests/numeric/tensors.h"
#include "tests/numeric/training_fixture.h"

using namespace larmor;
using namespace larmor::test;

extern "C" larmor::PriorLab* larmorCreatePriorLab();

namespace {

PriorLab& lab() {
    static PriorLab* one = larmorCreatePriorLab();
    return *one;
}

/// Names and bytes of all tensors of a file.
std::map<std::string, std::string> tensorsOf(const std::string& path) {
    std::map<std::string, std::string> tensors;
    const auto header = io::readSafeTensorsHeader(path);
    for (const auto& tensor : header.tensors) {
        const auto bytes = io::readSafeTensor(path, header, tensor);
        tensors[tensor.name] = std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return tensors;
}

std::string stateOf(const PriorTrainingJob& job) {
    return job.folder + "/" + recon::training::kStateFile;
}

/// Asks for a stop at its n-th report.
struct StopAt final : ProgressSink {
    explicit StopAt(int reports) : left(reports) {}
    void onStep(const StepReport&) override {
        if (--left <= 0) source.request_stop();
    }
    int left;
    std::stop_source source;
};

}  // namespace

TEST_CASE("training: a run in two parts ends with the same bits as one without a stop") {
    const TrainingFixture fixture;
    const auto whole = fixture.job("whole", 48);
    CHECK(lab().train(whole, {}).finished);
    auto part = fixture.job("part", 20);
    CHECK(lab().train(part, {}).images == 20);
    part.resume = true;
    part.config.images = 48;
    const auto result = lab().train(part, {});
    CHECK(result.images == 48);
    CHECK(result.finished);
    const auto a = tensorsOf(stateOf(whole)), b = tensorsOf(stateOf(part));
    CHECK(a.size() > 50);
    CHECK((a == b));
    CHECK((tensorsOf(whole.folder + "/prior.safetensors") == tensorsOf(part.folder + "/prior.safetensors")));
}

TEST_CASE("training: the loss falls, the weights say what they are, the curve is written") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 600);
    job.config.learningRate.peak = 5e-3;
    job.command = "larmor-cli prior train ...";
    const auto result = lab().train(job, {});
    CHECK(result.loss < 0.9);  // an untrained network has 1; this is the mean over the run
    REQUIRE(result.yardstick.size() == 3 * 5);  // two contrasts and all, five levels
    const auto card = readPriorCard(result.weights);
    CHECK(card.imagesSeen == 600);
    CHECK(card.contrasts == std::vector<std::string>{"T1", "T2"});
    CHECK(card.licence == "CC0");
    CHECK(card.attributions == std::vector<std::string>{"nobody"});
    CHECK(card.trainingSetHash == fixture.pack->hash());
    CHECK(card.sigmaData > 0.05);
    CHECK(card.history.at("command") == job.command);
    std::ifstream curve(job.folder + "/curve.csv");
    std::string head, line, more;
    CHECK(std::getline(curve, head));
    CHECK(std::getline(curve, line));
    CHECK_FALSE(std::getline(curve, more));
    CHECK(head.starts_with("images,seconds,learning_rate,train_loss,loss_T1_0.02,gain_T1_0.02"));
    CHECK(line.starts_with("600,"));
    CHECK(std::count(head.begin(), head.end(), ',') == std::count(line.begin(), line.end(), ','));

    const auto rows = lab().evaluate({result.weights, fixture.path, io::Split::Test, 2, "cpu"}, {});
    REQUIRE(rows.size() == 3 * 5);
    for (const auto& row : rows) CHECK(row.images == (row.contrast == "all" ? 2 : 1));
}

TEST_CASE("training: a stop and the end of the time leave a state that goes on") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 100'000);
    StopAt progress(1);
    auto result = lab().train(job, {progress.source.get_token(), &progress});
    CHECK(result.stopped);
    CHECK_FALSE(result.finished);
    CHECK(result.images > 0);
    CHECK(result.images < 100'000);
    job.resume = true;
    job.seconds = 0.5;
    const auto second = lab().train(job, {});
    CHECK(second.images > result.images);
    CHECK_FALSE(second.stopped);
    CHECK_FALSE(second.finished);
    CHECK(second.seconds >= 0.5);
}

TEST_CASE("training: folders, states and settings that do not fit are refused") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 8);
    job.resume = true;
    CHECK_THROWS_WITH_AS((void)lab().train(job, {}), doctest::Contains("nothing to resume"), InputError);
    job.resume = false;
    (void)lab().train(job, {});
    CHECK_THROWS_WITH_AS((void)lab().train(job, {}), doctest::Contains("already holds a training run"), InputError);
    job.resume = true;
    job.config.network["channels"] = {8, 24};
    CHECK_THROWS_WITH_AS((void)lab().train(job, {}), doctest::Contains("another network"), InputError);
    job.config = fixture.config();
    job.config.contrasts = {"T2", "FLAIR"};
    CHECK_THROWS_WITH_AS((void)lab().train(job, {}), doctest::Contains("another list of contrasts"), InputError);
    job.config.contrasts = {"T2", "T1"};  // the same ones: the run keeps its order
    CHECK(recon::training::startTraining(job, *fixture.pack, at::kCPU).config.contrasts == std::vector<std::string>{"T1", "T2"});
    job.config = fixture.config();
    const auto state = readFile(stateOf(job));
    writeFile(stateOf(job), state.substr(0, state.size() / 2));
    CHECK_THROWS_AS((void)lab().train(job, {}), IoError);
    job.config.batch = 0;
    CHECK_THROWS_AS((void)lab().train(job, {}), ParamError);
    CHECK_THROWS_AS((void)lab().evaluate({stateOf(job), fixture.path, io::Split::Test, 2, "cpu"}, {}), IoError);
}

TEST_CASE("training: a state names every option of its network, so that it goes on after a default has changed") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 8);
    job.config.network = {{"channels", {8, 16}}};
    (void)lab().train(job, {});
    job.resume = true;
    job.config.network = nlohmann::json::object();
    const auto state = recon::training::startTraining(job, *fixture.pack, at::kCPU);
    for (const auto* option : {"patch", "channels", "blocks", "embedding"}) CHECK(state.config.network.contains(option));
    CHECK(state.config.network.at("channels") == nlohmann::json{8, 16});
    CHECK(nlohmann::json::parse(readFile(job.folder + "/config.json")).at("network") == state.config.network);
    job.config.network = {{"channels", {8, 16}}};
    CHECK_NOTHROW((void)recon::training::startTraining(job, *fixture.pack, at::kCPU));
}

TEST_CASE("training: what may change between the parts of a run holds from the resumed step on") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 8);
    (void)lab().train(job, {});
    job.resume = true;
    job.config.images = 16;
    job.config.checkpointing = true;
    job.config.optimiser = "adam";
    job.config.weightDecay = 0.3;
    job.config.betas = {0.8, 0.95};
    const auto state = recon::training::startTraining(job, *fixture.pack, at::kCPU);
    CHECK(state.network->checkpointing);
    const auto& settings = state.optimiser->settings();
    CHECK(settings.weightDecay == 0.3);
    CHECK(settings.beta1 == 0.8);
    CHECK_FALSE(settings.decoupledDecay);
    CHECK(state.optimiser->steps() == 2);
}

TEST_CASE("training: a batch that the ranks cannot share evenly is refused") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 8);
    job.ranks = {3, 0, "127.0.0.1", 9, 1, false, ""};
    CHECK_THROWS_WITH_AS((void)lab().train(job, {}), doctest::Contains("A batch of 4 images cannot be shared evenly by 3 ranks."), UsageError);
    CHECK_FALSE(std::filesystem::exists(job.folder));
}

TEST_CASE("training from a parent keeps its classes and adds one in the next place") {
    const TrainingFixture fixture;
    auto first = fixture.job("parent", 8);
    first.config.contrasts = {"FLAIR", "T1", ""};
    // The pack holds T2 too, for which this list has no class.
    CHECK_THROWS_AS((void)lab().train(first, {}), InputError);
    first.config.contrasts = {"FLAIR", "T1", "T2", "", "SWI"};
    const auto parent = lab().train(first, {});
    auto second = fixture.job("child", 8);
    second.config.contrasts.clear();
    second.parent = parent.weights;
    const auto child = lab().train(second, {});
    const auto card = readPriorCard(child.weights);
    CHECK(card.contrasts == first.config.contrasts);
    CHECK(card.parentHash == readPriorCard(parent.weights).weightsHash);
    CHECK(card.imagesSeen == 8 + 8);
    second.resume = true;
    second.config.images = 12;
    CHECK(readPriorCard(lab().train(second, {}).weights).imagesSeen == 8 + 12);
}
