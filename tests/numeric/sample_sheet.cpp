// Pictures of what a prior draws by itself.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

#include "core/recon/training/sample_sheet.h"
#include "core/recon/training/trainer.h"
#include "tests/numeric/network_samples.h"
#include "tests/numeric/training_fixture.h"
#include "tests/support/prior_file.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::training;
using namespace larmor::test;

extern "C" larmor::PriorLab* larmorCreatePriorLab();

namespace {

const nlohmann::json kNetwork{{"channels", {16, 32}}, {"blocks", {1, 1}}, {"embedding", 32}};

/// A network with random weights that knows T1 and T2, with a reserved class between them.
std::string writeNetwork(const TempDir& folder) {
    auto card = cardOf("compact", kNetwork);
    card.contrasts = {"T1", "", "T2"};
    const auto path = folder.file("prior.safetensors");
    networks::savePrior(path, card, *livelyNetwork("compact", kNetwork), false);
    return path;
}

/// Width and height from the head of a PNG file.
std::array<int, 2> pictureSize(const std::string& path) {
    const auto bytes = readFile(path);
    REQUIRE(bytes.substr(1, 3) == "PNG");
    const auto number = [&](std::size_t at) {
        int value = 0;
        for (std::size_t i = at; i < at + 4; ++i) value = 256 * value + static_cast<unsigned char>(bytes[i]);
        return value;
    };
    return {number(16), number(20)};
}

std::vector<std::string> filesIn(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

TEST_CASE("sample sheet: a row a contrast and one without, the same bytes for the same seed, more columns leave the first ones") {
    const OneThread oneThread;
    const TempDir folder;
    const auto weights = writeNetwork(folder);
    const SheetSettings settings{3, {32, 48}, 4, 5, "cpu"};
    const auto sheet = sampleSheet(weights, settings, {});
    CHECK(sheet.shape() == Shape{3 * 32, 3 * 48});
    const auto again = sampleSheet(weights, settings, {});
    CHECK(std::equal(sheet.values().begin(), sheet.values().end(), again.values().begin()));
    auto other = settings;
    other.seed = 6;
    const auto differs = sampleSheet(weights, other, {});
    CHECK_FALSE(std::equal(sheet.values().begin(), sheet.values().end(), differs.values().begin()));
    auto wider = settings;
    wider.columns = 4;
    const auto wide = sampleSheet(weights, wider, {});
    bool isSame = true;
    for (std::int64_t y = 0; y < 3 * 32; ++y)
        for (std::int64_t x = 0; x < 3 * 48; ++x) isSame = isSame && wide(y, x) == sheet(y, x);
    CHECK(isSame);
    // Rows and columns begin with noise of their own.
    CHECK_FALSE(std::equal(&sheet(0, 0), &sheet(0, 48), &sheet(0, 48)));
    CHECK_FALSE(std::equal(&sheet(0, 0), &sheet(0, 48), &sheet(32, 0)));
}

TEST_CASE("sample sheet: of a Gaussian prior the magnitudes follow Rayleigh's distribution") {
    const OneThread oneThread;
    const TempDir folder;
    constexpr double kSigmaData = 0.3;
    writePrior(folder.file("gauss.safetensors"), gaussianPriorCard("gauss", kSigmaData));
    const auto sheet = sampleSheet(folder.file("gauss.safetensors"), {4, {96, 96}, 60, 1, "cpu"}, {});
    double sum = 0, squares = 0;
    for (const auto grey : sheet.values()) sum += grey, squares += static_cast<double>(grey) * grey;
    const double unit = 255 / 1.2, count = static_cast<double>(sheet.size());
    // E|x| = s sqrt(pi / 2) and E|x|^2 = 2 s^2; standard errors over 36864 pixels are 0.3 %, the solver's own error is smaller still.
    CHECK(sum / count == doctest::Approx(unit * kSigmaData * std::sqrt(std::numbers::pi / 2)).epsilon(0.015));
    CHECK(squares / count == doctest::Approx(unit * unit * 2 * kSigmaData * kSigmaData).epsilon(0.03));
}

TEST_CASE("sample sheet: progress is told, a stop ends it, nothing is written where it fails") {
    const OneThread oneThread;
    const TempDir folder;
    const auto weights = writeNetwork(folder);
    struct Count final : ProgressSink {
        void onStep(const StepReport& report) override {
            ++steps;
            total = report.total;
            if (steps == stopAt) source.request_stop();
        }
        std::int64_t steps = 0, total = 0, stopAt = -1;
        std::stop_source source;
    } progress;
    (void)sampleSheet(weights, {1, {16, 16}, 3, 1, "cpu"}, {{}, &progress});
    CHECK(progress.steps == 9);
    CHECK(progress.total == 9);
    progress.stopAt = 11;
    CHECK_THROWS_AS((void)sampleSheet(weights, {1, {16, 16}, 3, 1, "cpu"}, {progress.source.get_token(), &progress}), Cancelled);
    CHECK(progress.steps == 11);

    const std::unique_ptr<PriorLab> lab(larmorCreatePriorLab());
    PriorSamplesJob job{weights, folder.file("none/sheet.png"), 1, {16, 16}, 2, 1, "cpu"};
    CHECK_THROWS_AS((void)lab->drawSamples(job, {}), IoError);
    job.picture = folder.file("sheet.png");
    std::filesystem::create_directory(job.picture);
    CHECK_THROWS_AS((void)lab->drawSamples(job, {}), IoError);
    std::filesystem::remove(job.picture);
    CHECK(filesIn(folder.path()) == std::vector<std::string>{"prior.safetensors"});
    CHECK(lab->drawSamples(job, {}) == std::vector<std::string>{"T1", "T2", ""});
    CHECK(pictureSize(job.picture) == std::array{16, 48});
}

TEST_CASE("training writes a sheet of samples at its end, the same one for the same run; 0 columns write none") {
    const TrainingFixture fixture;
    const std::unique_ptr<PriorLab> lab(larmorCreatePriorLab());
    auto job = fixture.job("first", 8);
    job.config.validationImages = 0;
    job.config.sampleSheet = 2;
    (void)lab->train(job, {});
    CHECK(filesIn(job.folder) == std::vector<std::string>{"config.json", "prior.safetensors", "samples.png", "state.safetensors"});
    CHECK(pictureSize(job.folder + "/samples.png") == std::array{2 * 128, 3 * 128});
    const auto first = readFile(job.folder + "/samples.png");
    job.folder = fixture.dir.file("second");
    (void)lab->train(job, {});
    CHECK((readFile(job.folder + "/samples.png") == first));
    job.folder = fixture.dir.file("none");
    job.config.sampleSheet = 0;
    (void)lab->train(job, {});
    CHECK_FALSE(std::filesystem::exists(job.folder + "/samples.png"));
    job.config.sampleSheet = 17;
    CHECK_THROWS_AS((void)lab->train(job, {}), ParamError);
}
