// Training on a part of a pack.
#include <doctest/doctest.h>

#include <set>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/data/prior_card.h"
#include "core/recon/diffusion/edm_precond.h"
#include "core/recon/networks/prior_file.h"
#include "core/recon/training/batch_source.h"
#include "core/recon/training/smooth_field.h"
#include "core/recon/training/start_training.h"
#include "core/recon/training/trainer.h"
#include "core/recon/training/validation_set.h"
#include "tests/numeric/tensors.h"
#include "tests/numeric/training_fixture.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::training;
using namespace larmor::test;
using larmor::training::selectedPack;

namespace {

/// Counts how often each image of the pack behind it is read.
class CountingPack final : public io::TrainingPack {
public:
    CountingPack(const io::TrainingPack& pack, std::map<std::string, int>& reads) : m_pack(pack), m_reads(reads) {}
    [[nodiscard]] const std::vector<io::PackedImage>& images() const override { return m_pack.images(); }
    [[nodiscard]] ComplexArray read(std::size_t index) const override {
        ++m_reads[m_pack.images()[index].source];
        return m_pack.read(index);
    }
    [[nodiscard]] std::string hash() const override { return m_pack.hash(); }
    [[nodiscard]] const io::PackFacts& facts() const override { return m_pack.facts(); }

private:
    const io::TrainingPack& m_pack;
    std::map<std::string, int>& m_reads;
};

/// How often 600 draws take each image.
std::map<std::string, int> drawsOf(const TrainingFixture& fixture, const larmor::training::ImageSelection& selection) {
    std::map<std::string, int> reads;
    auto config = fixture.config();
    config.sizes = {{16, 16}};
    config.selection = selection;
    const auto pack = selectedPack(std::make_unique<CountingPack>(*fixture.pack, reads), selection);
    (void)BatchSource(*pack, config, classesOf(*pack, config.contrasts)).batch(0, 0, 600);
    return reads;
}

at::Tensor answer(const networks::Network& network, double sigmaData, std::int64_t contrastClass) {
    const c10::NoGradGuard noAutograd;
    at::Tensor labels = at::zeros({2, kContrastClasses});
    if (contrastClass >= 0) labels.select(1, contrastClass).fill_(1);
    NoiseSource random(4);
    const at::Tensor x = normalNumbers({2, 2, 32, 48}, random);
    return diffusion::edmDenoise(network, sigmaData, x, at::tensor({0.1, 0.4}, at::kFloat), labels);
}

}  // namespace

TEST_CASE("selection: training draws the selected contrasts and subjects and nothing else, as often as their weights say") {
    const TrainingFixture fixture;
    const auto onlyT2 = drawsOf(fixture, {{"T2"}, {}, {}});
    REQUIRE(onlyT2.size() == 2);
    CHECK(onlyT2.contains("T20"));
    CHECK(onlyT2.contains("T21"));
    CHECK(drawsOf(fixture, {{}, {"T2"}, {}}).size() == 4);
    const larmor::training::ImageSelection few{{}, {}, {{"T1", 2}}};
    const auto reads = drawsOf(fixture, few);
    REQUIRE(reads.size() == 4);
    const auto pack = selectedPack(io::openTrainingPack(fixture.path), few);
    int t1 = 0;
    for (const auto& subject : larmor::training::subjectsOf(pack->images(), "T1", io::Split::Train)) t1 += reads.at(subject);
    // 2 of weight 1 beside 2 of weight 4: a fifth. Standard error: 0.016.
    CHECK(std::abs(t1 / 600.0 - 0.2) < 0.07);
}

TEST_CASE("selection: a run is validated on the selected contrasts and says what it saw") {
    const TrainingFixture fixture;
    auto job = fixture.job("run", 8);
    job.config.contrasts.clear();
    job.config.selection = {{"T1"}, {}, {{"T1", 2}}};
    const auto result = trainPrior(job, {});
    std::set<std::string> contrasts;
    for (const auto& row : result.yardstick) contrasts.insert(row.contrast);
    CHECK(contrasts == std::set<std::string>{"T1", "all"});
    const auto card = readPriorCard(result.weights);
    CHECK(card.contrasts == std::vector<std::string>{"T1"});
    const auto pack = selectedPack(io::openTrainingPack(fixture.path), job.config.selection);
    CHECK(card.history.at("subjects").at("T1").get<std::vector<std::string>>() ==
          larmor::training::subjectsOf(pack->images(), "T1", io::Split::Train));
    CHECK(card.history.at("subjects").at("T1").size() == 2);
    CHECK(card.history.at("config").at("selection").at("only") == nlohmann::json({"T1"}));
    const auto images = validationSet(*pack, io::Split::Validate, classesOf(*pack, card.contrasts), 8, 64);
    CHECK(images.size() == 2);
    for (const auto& image : images) CHECK(image.contrast == "T1");
    const auto phased = validationSet(*pack, io::Split::Validate, classesOf(*pack, card.contrasts), 8, 64, 1.5);
    REQUIRE(phased.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(relativeDistance(at::abs(phased[i].clean), at::abs(images[i].clean)) < 1e-5);
        CHECK(relativeDistance(phased[i].clean, images[i].clean) > 0.05);
    }
}

TEST_CASE("a class that is added leaves every old one bit for bit") {
    const TrainingFixture fixture;
    auto first = fixture.job("parent", 200);
    first.config.contrasts.clear();
    first.config.selection.without = {"T2"};
    first.config.learningRate.peak = 5e-3;
    const auto parent = trainPrior(first, {});
    CHECK(readPriorCard(parent.weights).contrasts == std::vector<std::string>{"T1"});

    auto second = fixture.job("child", 8);
    second.config.contrasts.clear();
    second.config.selection.only = {"T2"};
    second.parent = parent.weights;
    const auto pack = selectedPack(io::openTrainingPack(fixture.path), second.config.selection);
    const auto state = startTraining(second, *pack, at::kCPU);
    CHECK(state.config.contrasts == std::vector<std::string>{"T1", "T2"});
    CHECK(state.images == 0);
    CHECK(state.optimiser->steps() == 0);
    for (const auto& moment : state.optimiser->firstMoments()) CHECK(moment.abs().sum().item<double>() == 0);
    const auto old = networks::loadPrior(parent.weights, at::kCPU);
    for (const auto& entry : old.network->parameters().entries()) {
        CHECK(at::equal(*state.network->parameters().find(entry.name), entry.value));
        CHECK(at::equal(*state.average->parameters().find(entry.name), entry.value));
    }
    state.average->arithmetic = old.network->arithmetic;
    for (const std::int64_t contrastClass : {-1, 0}) {
        const at::Tensor before = answer(*old.network, old.card.sigmaData, contrastClass);
        CHECK(at::equal(answer(*state.average, state.config.sigmaData, contrastClass), before));
        CHECK(before.abs().sum().item<double>() > 0);
    }
}
