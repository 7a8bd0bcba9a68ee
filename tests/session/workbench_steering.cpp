// Steering in the workbench: wind back, change, branch, compare, promote, one step, recipes.

#include <doctest/doctest.h>

#include <filesystem>

#include "core/session/steering/recipe.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr BranchId kRoot = BranchTree::kRoot;

/// A scan, a prior that is quick, and a DPS run of 12 steps that has ended.
struct Fixture : test::QuietWorkbench {
    Fixture() {
        test::writePrior(folder.file("aaa.safetensors"), test::gaussianPriorCard("aaa"));
        test::writePhantomScan(folder.file("scan.h5"), {});
        start();
        open(folder.file("scan.h5"));
        MaskChoice mask = MaskChoice::fromText("equispaced:R=2,acs=16,seed=1");
        bench->setMask(mask);
        bench->setMethod("dps");
        set("steps", std::int64_t{12});
        settle();
        REQUIRE(bench->reconstruct() != 0);
        settle();
        noNotice();
    }
    [[nodiscard]] std::shared_ptr<const RunSnapshot> run() const {
        auto snapshot = bench->steering();
        REQUIRE(snapshot != nullptr);
        return snapshot;
    }
    [[nodiscard]] const ComplexArray& pixels(std::size_t result) const { return *bench->results().visible().at(result)->images.at(0); }
    void waitForStep(std::int64_t step) {
        REQUIRE(pump.until([&] { return run()->step == step && run()->state == SteeredState::Paused; }));
    }
};

}  // namespace

TEST_CASE("a run of one slice with a prior keeps its steps; wound back and left alone it gives the same pixels") {
    Fixture f;
    auto run = f.run();
    CHECK(run->state == SteeredState::Finished);
    CHECK(run->step == 12);
    CHECK(run->steps == 12);
    REQUIRE(run->records.size() == 13);
    for (const auto& record : run->records) {
        CHECK(record.kept);
        if (record.summary->key.step == 0) continue;
        REQUIRE(record.summary->nrmse.has_value());
        CHECK(record.summary->thumbnail.size() > 0);
    }
    const auto shown = f.bench->results().visible().front();
    CHECK(*run->records.back().summary->nrmse == doctest::Approx(shown->metrics.at(0).nrmse).epsilon(1e-5));

    f.bench->rewindTo(kRoot, 5);
    f.settle();
    REQUIRE(f.bench->lookedAt().has_value());
    CHECK(f.bench->lookedAt()->second == 5);
    const auto picture = f.bench->picture(1);
    CHECK(picture.badge == "step 5 / 12, kept");
    REQUIRE(picture.image != nullptr);
    CHECK_FALSE((*picture.image == f.pixels(0)));
    CHECK(f.bench->steeringRests());
    f.bench->resumeSteering();
    CHECK_FALSE(f.bench->lookedAt().has_value());
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 2);
    CHECK((f.pixels(1) == f.pixels(0)));
    CHECK(f.run()->tree.branches().size() == 1);
}

TEST_CASE("other values after winding back make a branch; both can be compared, promoted, deleted and brought back") {
    Fixture f;
    f.bench->rewindTo(kRoot, 5);
    f.bench->steer({{"zeta", "3"}});
    f.bench->resumeSteering();
    f.settle();
    auto run = f.run();
    REQUIRE(run->tree.branches().size() == 2);
    const BranchId second = run->branch;
    CHECK(second != kRoot);
    CHECK(run->tree.at(second).fork == 5);
    CHECK(f.bench->branchText(second).find("1 → 3") != std::string::npos);
    CHECK_FALSE((f.pixels(1) == f.pixels(0)));
    REQUIRE(f.bench->results().visible()[1]->result->protocol.steering.size() == 1);
    CHECK(f.bench->results().visible()[1]->result->protocol.steering[0].step == 5);

    f.bench->compareBranches(kRoot, second);
    f.settle();
    const auto left = f.bench->picture(0), right = f.bench->picture(1), difference = f.bench->picture(2);
    REQUIRE(left.image != nullptr);
    REQUIRE(right.image != nullptr);
    REQUIRE(difference.image != nullptr);
    CHECK((*left.image == f.pixels(0)));
    CHECK((*right.image == f.pixels(1)));
    CHECK((*difference.image)(20, 20).real() == doctest::Approx(std::abs(f.pixels(1)(20, 20)) - std::abs(f.pixels(0)(20, 20))));
    CHECK(difference.isSigned);

    f.bench->promoteBranch(kRoot);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 3);
    CHECK((f.pixels(2) == f.pixels(0)));

    f.bench->showResult(f.bench->results().visible()[1]->id);
    f.bench->deleteBranch(second);  // the run stands on it
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->kind == Notice::Kind::Caution);
    f.bench->rewindTo(kRoot, 12);
    f.bench->deleteBranch(second);
    f.settle();
    CHECK(f.run()->tree.branches().size() == 1);
    f.bench->undo();
    f.settle();
    CHECK(f.run()->tree.has(second));
    f.bench->renameBranch(second, "stronger");
    f.settle();
    CHECK(f.bench->branchText(second) == "stronger");
    CHECK(f.bench->branchChange(second).find("1 → 3") != std::string::npos);
}

TEST_CASE("winding back takes the values of the branch into the form, also where others waited") {
    Fixture f;
    auto values = f.bench->parameters();
    values.setFromText("zeta", "4");
    f.bench->setParameters(values);
    f.bench->steer({{"zeta", "4"}});  // waits: the run has ended
    f.bench->rewindTo(kRoot, 5);
    f.settle();
    CHECK(f.bench->parameters().text("zeta") == "1");
    f.bench->steer({{"steps", 4}});
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->kind == Notice::Kind::Caution);
    f.bench->resumeSteering();
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 2);
    CHECK((f.pixels(1) == f.pixels(0)));
}

TEST_CASE("undo takes back what was deleted last, be it a branch or a result") {
    Fixture f;
    f.bench->rewindTo(kRoot, 5);
    f.bench->steer({{"zeta", "3"}});
    f.bench->resumeSteering();
    f.settle();
    const BranchId second = f.run()->branch;
    f.bench->rewindTo(kRoot, 12);
    f.bench->deleteBranch(second);
    f.settle();
    REQUIRE_FALSE(f.run()->tree.has(second));
    f.bench->deleteResult(f.bench->results().visible()[1]->id);
    REQUIRE(f.bench->results().visible().size() == 1);
    f.bench->undo();
    f.settle();
    CHECK(f.bench->results().visible().size() == 2);
    CHECK_FALSE(f.run()->tree.has(second));
}

TEST_CASE("steps of a deleted branch go when nobody can bring it back any more, not before") {
    Fixture f;
    const auto steps = [&] {
        std::size_t files = 0;
        for (const auto& each : std::filesystem::recursive_directory_iterator(f.folder.file("state"))) files += each.is_regular_file() ? 1 : 0;
        return files;
    };
    const auto leave = [&](std::int64_t step) {
        f.bench->branchFrom(kRoot, step, {{"zeta", 2.0}});
        const auto branch = f.run()->branch;
        f.bench->resumeSteering();
        f.settle();
        f.bench->rewindTo(kRoot, 12);
        return branch;
    };
    const auto first = leave(8), second = leave(10);
    const auto all = steps();
    f.bench->deleteBranch(first);
    f.bench->deleteBranch(kRoot);  // refused: the other one still comes back
    CHECK(steps() == all);
    f.bench->undo();
    CHECK(f.run()->tree.has(first));
    f.bench->deleteBranch(first);
    f.bench->deleteBranch(second);
    CHECK(steps() == all - 4);
    f.bench->undo();
    CHECK(f.run()->tree.has(second));
    CHECK_FALSE(f.run()->tree.has(first));
}

TEST_CASE("one step and a pause; a stop keeps the estimate; what cannot change in mid-run is refused") {
    Fixture f;
    f.bench->rewindTo(kRoot, 3);
    f.bench->stepOnce();
    f.waitForStep(4);
    f.bench->stepOnce();
    f.waitForStep(5);
    CHECK(f.bench->steeringRests());
    f.bench->steer({{"sigma_max", 5.0}});
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->what.find("sigma_max") != std::string::npos);
    f.bench->stopCurrent();
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 2);
    const auto& stopped = *f.bench->results().visible()[1]->result;
    CHECK(stopped.stoppedEarly);
    f.bench->lookAt(kRoot, 5);
    f.settle();
    REQUIRE(f.bench->picture(1).image != nullptr);
    CHECK((*f.bench->picture(1).image == f.pixels(1)));
    f.bench->lookAtNewest();
    CHECK_FALSE(f.bench->lookedAt().has_value());
}

TEST_CASE("the recipe of a steered run gives its pixels again, and the steps leave with the workbench") {
    Fixture f;
    f.bench->rewindTo(kRoot, 5);
    f.bench->steer({{"zeta", "3"}});
    f.bench->resumeSteering();
    f.settle();
    const auto steered = f.bench->results().visible()[1]->id;
    f.bench->saveRecipe(steered, f.folder.file("recipe.json"));
    CHECK(readRecipe(f.folder.file("recipe.json")).steering.size() == 1);
    REQUIRE(f.bench->applyToAll(steered) != 0);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 3);
    CHECK((f.pixels(2) == f.pixels(1)));
    const auto runs = f.folder.file("state") + "/larmor/runs";
    CHECK_FALSE(std::filesystem::is_empty(runs));
    f.bench.reset();
    CHECK(std::filesystem::is_empty(runs));
}

TEST_CASE("a run whose program was killed is offered again and goes on to the same pixels") {
    Fixture f;
    const auto pixels = f.pixels(0);
    f.bench->rewindTo(kRoot, 5);
    f.settle();
    // What a process that is gone would have left: no process has this number.
    const auto runs = std::filesystem::path(f.folder.file("state")) / "larmor" / "runs";
    const auto own = std::filesystem::directory_iterator(runs)->path();
    std::filesystem::rename(own, f.folder.file("left"));  // a copy would be of another time than its steps
    f.bench.reset();
    CHECK(interruptedRuns().empty());
    std::filesystem::rename(f.folder.file("left"), runs / "4194305-1");
    f.bench = std::make_unique<Workbench>(f.pump.post(), Workbench::Events{[](Changes) {}, [](RunId, const Outcome&) {}});
    f.bench->offerInterrupted();
    f.settle();
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::GoOn);
    f.bench->reopenInterrupted();
    f.settle();
    REQUIRE(f.bench->acquisition() != nullptr);
    CHECK(f.bench->method() == "dps");
    CHECK(f.run()->step == 5);
    CHECK(f.bench->lookedAt().has_value());
    CHECK(f.bench->steeringRests());
    f.bench->resumeSteering();
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK((f.pixels(0) == pixels));
    CHECK(interruptedRuns().empty());
}
