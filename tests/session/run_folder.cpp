// A steered run in a folder: what survives a process that is killed.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "core/base/io/load.h"
#include "core/session/steering/run_folder.h"
#include "tests/session/stepwise_run.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
namespace fs = std::filesystem;

namespace {

constexpr const char *kFolderVariable = "LARMOR_TEST_RUN_FOLDER", *kKillVariable = "LARMOR_TEST_KILL_AFTER";

/// A scan in a file and a prior, and a request for one of its slices.
struct Setting {
    test::TempDir folder;
    test::EnvironmentGuard priors{"LARMOR_PRIORS", folder.file("priors")};

    Setting() {
        fs::create_directories(folder.file("priors"));
        test::writePrior(folder.file("priors/gauss.safetensors"), test::gaussianPriorCard());
        test::runPython(
            "import sys, numpy as np\nrng = np.random.default_rng(1)\n"
            "np.save(sys.argv[1], (rng.standard_normal((3, 16, 12)) + 1j * rng.standard_normal((3, 16, 12))).astype(np.complex64))",
            {folder.file("scan.npy")});
    }
    [[nodiscard]] ReconstructionRequest request() const {
        ReconstructionRequest request;
        io::LoadOptions options;
        options.dims = io::parseDims("coil,readout,phase");
        request.acquisition = io::openAcquisition(folder.file("scan.npy"), options);
        request.method = "dps";
        request.parameters = test::stepwiseValues();
        request.prior = PriorRequest{"gauss", "", {}};
        request.chosenParameters.emplace();
        return request;
    }
};

/// Zeta 2 after 3 steps; after 8 back to 5, on with 0.5.
struct Person {
    test::Stepwise method;
    std::shared_ptr<SteeredRun> run;
    std::int64_t made = 0, killAfter = 0;
    bool wentBack = false;

    Reconstruction drive() {
        method.after = [this](std::int64_t step) {
            if (++made == killAfter) (void)std::raise(SIGKILL);
            if (step == 3 && !wentBack) run->set("zeta", "2");
            if (step != 8 || std::exchange(wentBack, true)) return;
            run->rewindTo(1, 5);
            run->set("zeta", "0.5");
        };
        return run->drive(std::cref(method), {});
    }
};

ComplexArray finished(const RunFolder& folder) {
    Person person;
    person.run = folder.run();
    person.wentBack = person.run->snapshot().branch != 1;
    const auto pixels = person.drive().images.pixels;
    CHECK(person.run->snapshot().tree.at(2).fork == 5);
    return pixels;
}

struct KilledRun {
    Setting setting;
    std::string folder = setting.folder.file("run");
    ComplexArray undisturbed;

    explicit KilledRun(int after) {
        undisturbed = finished(RunFolder::create(setting.folder.file("whole"), setting.request()));
        (void)RunFolder::create(folder, setting.request());
        const test::EnvironmentGuard where(kFolderVariable, folder), when(kKillVariable, std::to_string(after));
        const auto child = test::runProgram("/proc/self/exe", {"--test-case=a process that is killed", "--no-skip"});
        REQUIRE(child.exitCode == 128 + SIGKILL);
    }
};

}  // namespace

TEST_CASE("a process that is killed" * doctest::skip()) {
    const char *folder = std::getenv(kFolderVariable), *after = std::getenv(kKillVariable);
    REQUIRE(folder);
    REQUIRE(after);
    Person person;
    person.run = RunFolder::open(folder).run();
    person.killAfter = std::atoi(after);
    (void)person.drive();
}

TEST_CASE("a run that was killed goes on from its newest step to the same bytes") {
    // On the first branch, at the step at which the person goes back, and on the second branch.
    for (const int after : {1, 6, 9, 13}) {
        CAPTURE(after);
        const KilledRun killed(after);
        const auto folder = RunFolder::open(killed.folder);
        const auto seen = folder.run()->snapshot();
        CHECK(seen.tree.branches().size() == (after > 8 ? 2 : 1));
        CHECK(seen.step == (after > 8 ? after - 3 : after));
        CHECK(seen.records.size() == static_cast<std::size_t>(after) + 1);
        CHECK(finished(folder) == killed.undisturbed);
    }
}

TEST_CASE("what tuning found stays with a run that was cut short") {
    const Setting setting;
    auto asked = setting.request();
    Tuning tuned;
    tuned.parameter = "zeta";
    tuned.value = 3.5;
    tuned.curve = {{1, 0.2, 0.01, 0.1, 0.02}, {3.5, 0.1, 0.01, 0, 0}};
    tuned.heldOut = 12;
    tuned.folds = 2;
    tuned.unit = "line";
    asked.tuned = tuned;
    (void)RunFolder::create(setting.folder.file("run"), asked);
    const auto again = RunFolder::open(setting.folder.file("run")).request();
    REQUIRE(again.tuned.has_value());
    CHECK(again.tuned->parameter == "zeta");
    CHECK(again.tuned->value == 3.5);
    CHECK(again.tuned->heldOut == 12);
    REQUIRE(again.tuned->curve.size() == 2);
    CHECK(again.tuned->curve[0].error == 0.2);
}

TEST_CASE("where the newest step is damaged, the one before it serves") {
    const KilledRun killed(11);
    const auto newest = killed.folder + "/states/" + stepFileName({2, 0, 8});
    REQUIRE(fs::exists(newest));
    SUBCASE("cut short") {
        fs::resize_file(newest, fs::file_size(newest) / 2);
    }
    SUBCASE("other bytes") {
        auto bytes = test::readFile(newest);
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        test::writeFile(newest, bytes);
    }
    CHECK(finished(RunFolder::open(killed.folder)) == killed.undisturbed);
}

TEST_CASE("a folder gives back the request, and no second run goes into it") {
    const Setting setting;
    auto asked = setting.request();
    asked.mask.drawn = SamplingMask::fromColumns({1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0}, 16, "drawn");
    asked.seed = 9;
    asked.chosenParameters->push_back("zeta");
    (void)RunFolder::create(setting.folder.file("run"), asked);
    CHECK_THROWS_AS((void)RunFolder::create(setting.folder.file("run"), asked), UsageError);
    auto found = RunFolder::open(setting.folder.file("run")).request();
    CHECK(found.method == "dps");
    CHECK(found.seed == 9);
    CHECK(found.parameters.toJson() == asked.parameters.toJson());
    REQUIRE(found.mask.drawn);
    CHECK(found.mask.drawn->samples() == asked.mask.drawn->samples());
    CHECK(found.slices == std::vector<std::int64_t>{0});
    CHECK(found.prior->hash == test::gaussianPriorCard().weightsHash);
    CHECK(found.chosenParameters == asked.chosenParameters);
    CHECK(found.acquisition->readSlice(0) == asked.acquisition->readSlice(0));
    auto two = setting.request();
    two.slices = {0, 0};
    CHECK_THROWS_AS((void)RunFolder::create(setting.folder.file("other"), two), UsageError);
    CHECK_THROWS_AS((void)RunFolder::open(setting.folder.file("nothing")), IoError);
    test::writeFile(setting.folder.file("run/run.json"), "{\"larmor_run\": 1, \"protocol\": {}, \"record\": {}}");
    CHECK_THROWS_AS((void)RunFolder::open(setting.folder.file("run")), Error);
}

TEST_CASE("names and deleted branches last; the states of forgotten branches go when the folder is opened") {
    const Setting setting;
    const auto path = setting.folder.file("run");
    const auto folder = RunFolder::create(path, setting.request());
    (void)finished(folder);
    auto run = RunFolder::open(path).run();
    run->rename(2, "weak");
    CHECK(RunFolder::open(path).run()->snapshot().tree.at(2).name == "weak");
    run->rewindTo(1, 4);
    (void)run->remove(2);
    CHECK(fs::exists(path + "/states/" + stepFileName({2, 0, 7})));
    const auto seen = RunFolder::open(path).run()->snapshot();
    CHECK(seen.tree.branches().size() == 1);
    CHECK(seen.step == 4);
    CHECK_FALSE(fs::exists(path + "/states/" + stepFileName({2, 0, 7})));
}
