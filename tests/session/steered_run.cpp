#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <thread>

#include "core/session/steering/recipe.h"
#include "core/session/steering/steered_run.h"
#include "tests/session/stepwise_run.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using nlohmann::json;

namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // a hang fails instead of blocking; never reached otherwise

struct Bench {
    test::TempDir folder;
    test::Stepwise method;
    std::shared_ptr<StateCache> states;
    std::mutex mutex;
    std::condition_variable changed;
    std::unique_ptr<SteeredRun> run;

    explicit Bench(StateCacheOptions limits = {}) {
        limits.folder = folder.file("states");
        states = std::make_shared<StateCache>(limits);
        RunRecord record;
        record.start = method.start.toJson();
        SteeredRunEvents events;
        events.changed = [this] {
            const std::lock_guard lock(mutex);
            changed.notify_all();
        };
        events.score = [](const ComplexArray& estimate) { return Scores{std::abs(estimate[0]), std::nullopt}; };
        run = std::make_unique<SteeredRun>(method.start.specs(), record, states, std::move(events));
    }
    /// On this thread, to its end.
    Reconstruction drive(std::stop_token stop = {}) { return run->drive(std::cref(method), {stop, &silentProgress()}); }
    /// The same as it would be from scratch, told by a recipe alone.
    [[nodiscard]] ComplexArray fromScratch(const std::vector<SteeringChange>& steering) const {
        auto plain = method;
        plain.after = nullptr;
        plain.used = nullptr;
        RecipeSteering recipe(steering);
        return plain({{}, &silentProgress(), &recipe}).images.pixels.slice(0);
    }
    [[nodiscard]] bool wait(SteeredState state, std::int64_t step) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, kPatience, [&] {
            const auto seen = run->snapshot();
            return seen.state == state && seen.step == step;
        });
    }
    [[nodiscard]] ComplexArray estimate(BranchId branch, std::int64_t step) const { return run->estimate(branch, step); }
};

}  // namespace

TEST_CASE("a value that is set acts on the next steps and on nothing before") {
    Bench bench;
    const auto plain = bench.fromScratch({});
    const auto steered = bench.fromScratch({{5, {{"zeta", "3"}}}});
    REQUIRE_FALSE(plain == steered);
    bench.method.after = [&](std::int64_t step) {
        if (step == 5) bench.run->set("zeta", "3");
    };
    const auto result = bench.drive();
    CHECK(result.images.pixels.slice(0) == steered);
    CHECK(result.protocol.steering == std::vector<SteeringChange>{{5, {{"zeta", "3"}}}});
    CHECK(result.trace.size() == 12);
    const auto seen = bench.run->snapshot();
    CHECK(seen.state == SteeredState::Finished);
    CHECK(seen.tree.branches().size() == 1);
    CHECK(seen.records.size() == 13);
    CHECK(seen.records[5].summary->values.at("zeta") == "1");
    CHECK(seen.records[6].summary->values.at("zeta") == "3");
    CHECK(seen.records[6].summary->nrmse == static_cast<double>(std::abs(bench.estimate(1, 6)[0])));
    CHECK(seen.records[6].summary->residual == 1.0 / 6);
}

TEST_CASE("the values that a method begins with count, not those that were asked for") {
    Bench bench;
    bench.method.start = test::stepwiseValues(12, "2");
    const auto result = bench.drive();
    CHECK(result.protocol.parameters.at("zeta") == "2");
    CHECK(bench.run->snapshot().start.at("zeta") == "2");
    CHECK(result.images.pixels.slice(0) == bench.fromScratch({}));
}

TEST_CASE("wound back with the same values, the same branch gives the same pixels") {
    Bench bench;
    std::vector<std::pair<std::int64_t, std::string>> used;
    bench.method.used = &used;
    bool once = false;
    ComplexArray seventh;
    bench.method.after = [&](std::int64_t step) {
        if (step == 4) bench.run->set("zeta", "2");
        if (step != 7 || std::exchange(once, true)) return;
        seventh = bench.estimate(1, 7);
        bench.run->rewindTo(1, 2);
    };
    const auto result = bench.drive();
    CHECK(used.size() == 7 + 10);
    CHECK(bench.estimate(1, 7) == seventh);
    CHECK(bench.run->snapshot().tree.branches().size() == 1);
    CHECK(result.images.pixels.slice(0) == bench.fromScratch({{4, {{"zeta", "2"}}}}));
}

TEST_CASE("wound back with other values, a branch leaves and its parent stays as it was") {
    Bench bench;
    bool once = false;
    bench.method.after = [&](std::int64_t step) {
        if (step == 3) bench.run->set("zeta", "2");
        if (step != 8 || std::exchange(once, true)) return;
        bench.run->rewindTo(1, 5);
        bench.run->set("zeta", "0.5");
    };
    const auto result = bench.drive();
    const auto seen = bench.run->snapshot();
    REQUIRE(seen.tree.branches().size() == 2);
    CHECK(seen.branch == 2);
    CHECK(seen.tree.at(2).fork == 5);
    CHECK(seen.tree.at(1).last == 8);
    CHECK(seen.tree.describe(2, bench.method.start) == "Data weight ζ 2 → 0.5 from step 6");
    const std::vector<SteeringChange> both{{3, {{"zeta", "2"}}}, {5, {{"zeta", "0.5"}}}};
    CHECK(result.protocol.steering == both);
    CHECK(result.images.pixels.slice(0) == bench.fromScratch(both));
    const auto parent = bench.run->promote(1);
    CHECK(parent.stoppedEarly);
    CHECK(parent.steering == std::vector<SteeringChange>{{3, {{"zeta", "2"}}}, {8, json::object(), true}});
    CHECK(parent.estimate == bench.fromScratch(parent.steering));
    CHECK(parent.from->step == 7);
    CHECK(bench.estimate(2, 4) == bench.estimate(1, 4));
}

TEST_CASE("a branch that takes back what its parent changed at the same step has the values from before") {
    Bench bench;
    bool once = false;
    bench.method.after = [&](std::int64_t step) {
        if (step == 3) bench.run->set("zeta", "2");
        if (step != 6 || std::exchange(once, true)) return;
        bench.run->rewindTo(1, 3);
        bench.run->set("zeta", "1");
    };
    const auto result = bench.drive();
    CHECK(bench.run->snapshot().tree.branches().size() == 2);
    CHECK(result.protocol.steering.empty());
    CHECK(result.images.pixels.slice(0) == bench.fromScratch({}));
}

TEST_CASE("pause, single steps, and a stop that answers while paused") {
    Bench bench;
    bench.run->pause();
    std::stop_source stop;
    auto job = std::async(std::launch::async, [&] { return bench.drive(stop.get_token()); });
    REQUIRE(bench.wait(SteeredState::Paused, 0));
    bench.run->stepOnce();
    REQUIRE(bench.wait(SteeredState::Paused, 1));
    bench.run->stepOnce();
    bench.run->stepOnce();
    REQUIRE(bench.wait(SteeredState::Paused, 3));
    CHECK_THROWS_AS((void)bench.drive(), UsageError);
    stop.request_stop();
    const auto result = job.get();
    CHECK(result.stoppedEarly);
    CHECK(result.protocol.steering == std::vector<SteeringChange>{{3, json::object(), true}});
    CHECK(result.images.pixels.slice(0) == bench.fromScratch(result.protocol.steering));
    CHECK(bench.run->snapshot().state == SteeredState::Idle);
    bench.run->resume();
    CHECK(bench.drive().images.pixels.slice(0) == bench.fromScratch({}));
}

TEST_CASE("a finished run is started again from one of its steps, as another job") {
    Bench bench;
    (void)bench.drive();
    CHECK(bench.run->snapshot().state == SteeredState::Finished);
    std::vector<std::pair<std::int64_t, std::string>> used;
    bench.method.used = &used;
    const auto branch = bench.run->branchFrom(1, 9, {{"zeta", "4"}}, "strong");
    CHECK(bench.run->snapshot().state == SteeredState::Idle);
    const auto result = bench.drive();
    CHECK(used == std::vector<std::pair<std::int64_t, std::string>>{{10, "4"}, {11, "4"}, {12, "4"}});
    CHECK(bench.run->snapshot().tree.at(branch).name == "strong");
    CHECK(result.images.pixels.slice(0) == bench.fromScratch({{9, {{"zeta", "4"}}}}));
    used.clear();
    bench.run->startFrom(1, 12);  // nothing is left to do there: its last step is made again
    CHECK(bench.drive().images.pixels.slice(0) == bench.fromScratch({}));
    CHECK(used.size() == 1);
    bench.run->startFrom(branch, 0);
    CHECK(bench.drive().images.pixels.slice(0) == bench.fromScratch({{9, {{"zeta", "4"}}}}));
    CHECK(used.size() == 13);
    CHECK(bench.run->snapshot().tree.branches().size() == 2);
}

TEST_CASE("wound back to a step that was thinned out, the run makes the steps since the last kept one again") {
    StateCacheOptions limits;
    limits.lasting = true;
    limits.diskBytes = 1;
    Bench bench(limits);
    (void)bench.drive();
    const auto seen = bench.run->snapshot();
    REQUIRE_FALSE(seen.records[7].kept);
    CHECK_FALSE(seen.records[7].summary->thumbnail.empty());
    CHECK(bench.estimate(1, 7).empty());
    bench.run->startFrom(1, 7);
    bench.run->set("zeta", "2");
    const auto result = bench.drive();
    CHECK(result.images.pixels.slice(0) == bench.fromScratch({{7, {{"zeta", "2"}}}}));
    CHECK(bench.run->snapshot().tree.at(2).fork == 7);
}

TEST_CASE("a step at which a branch leaves is never thinned out") {
    StateCacheOptions limits;
    limits.lasting = true;
    limits.diskBytes = 1;
    Bench bench(limits);
    int visits = 0;
    bench.method.after = [&](std::int64_t step) {
        if (step == 5 && visits == 0 && ++visits == 1) (void)bench.run->branchFrom(1, 5, {{"zeta", "2"}});
        if (step == 8 && visits == 1 && ++visits == 2) bench.run->rewindTo(1, 5);
    };
    CHECK(bench.drive().images.pixels.slice(0) == bench.fromScratch({}));
    const auto seen = bench.run->snapshot();
    REQUIRE(seen.records.size() == 13 + 3);
    for (const std::size_t step : {0U, 5U, 12U}) CHECK(seen.records[step].kept);
    CHECK_FALSE(seen.records[6].kept);
}

TEST_CASE("single steps count from where a paused run was wound back to, steps made again on the way left out") {
    StateCacheOptions limits;
    limits.lasting = true;
    limits.diskBytes = 1;
    Bench bench(limits);
    (void)bench.drive();
    bench.run->startFrom(1, 7);
    bench.run->stepOnce();
    std::stop_source stop;
    auto job = std::async(std::launch::async, [&] { return bench.drive(stop.get_token()); });
    REQUIRE(bench.wait(SteeredState::Paused, 8));
    bench.run->rewindTo(1, 3);
    CHECK(bench.run->snapshot().step == 3);
    bench.run->stepOnce();
    REQUIRE(bench.wait(SteeredState::Paused, 4));
    stop.request_stop();
    (void)job.get();
}

TEST_CASE("branches are renamed, deleted and brought back, but not the one that the run stands on") {
    Bench bench;
    (void)bench.drive();
    const auto branch = bench.run->branchFrom(1, 4, {{"zeta", "2"}});
    (void)bench.drive();
    bench.run->rename(branch, "two");
    CHECK_THROWS_AS((void)bench.run->remove(branch), UsageError);
    bench.run->set("zeta", "3");
    CHECK(bench.run->snapshot().waiting);
    bench.run->rewindTo(1, 12);
    CHECK_FALSE(bench.run->snapshot().waiting);
    const auto removed = bench.run->remove(branch);
    CHECK(removed.front().name == "two");
    CHECK(bench.run->snapshot().records.size() == 13);
    bench.run->restore(removed);
    CHECK(bench.run->snapshot().records.size() == 13 + 8);
    CHECK(bench.run->promote(branch).estimate == bench.fromScratch({{4, {{"zeta", "2"}}}}));
    bench.run->forget(bench.run->remove(branch));
    CHECK(bench.states->steps().size() == 13);
}

TEST_CASE("what makes no sense is refused where it is asked") {
    Bench bench;
    CHECK_THROWS_AS(bench.run->set("zetta", "1"), ParamError);
    CHECK_THROWS_AS(bench.run->set("zeta", "much"), ParamError);
    CHECK_THROWS_AS(bench.run->setValues({{"zeta", "-1"}}), ParamError);
    CHECK_THROWS_AS(bench.run->rewindTo(1, 1), UsageError);
    CHECK_THROWS_AS(bench.run->rewindTo(4, 0), UsageError);
    CHECK_THROWS_AS((void)bench.run->promote(1), UsageError);
    (void)bench.drive();
    CHECK_THROWS_AS((void)bench.run->branchFrom(1, 13, {}), UsageError);
    CHECK_THROWS_AS((void)bench.run->branchFrom(1, 3, {{"zetta", 1}}), ParamError);
    CHECK_THROWS_AS((void)bench.run->branchFrom(1, 3, {{"steps", 3}}), ParamError);
    CHECK(bench.run->snapshot().tree.branches().size() == 1);
    bench.method.slice = 1;
    CHECK_THROWS_AS((void)bench.drive(), UsageError);
}

TEST_CASE("a number of steps that leaves none is refused, and the run goes on") {
    Bench bench;
    bench.method.after = [&](std::int64_t step) {
        if (step != 5) return;
        CHECK_THROWS_AS(bench.run->set("steps", "4"), ParamError);
        CHECK_THROWS_AS(bench.run->setValues({{"zeta", "3"}, {"steps", 5}}), ParamError);
    };
    const auto result = bench.drive();
    CHECK(result.images.pixels.slice(0) == bench.fromScratch({}));
    bench.run->setValues({{"steps", 3}});  // of the next run: this one has made its steps
    CHECK_FALSE(bench.run->snapshot().waiting);
    bench.run->rewindTo(1, 3);
    CHECK_THROWS_AS(bench.run->set("steps", "3"), ParamError);
    bench.run->set("steps", "6");
    CHECK(bench.run->snapshot().waiting);
}

TEST_CASE("a promotion goes on from a kept state to the same pixels") {
    Bench bench;
    bench.method.after = [&](std::int64_t step) {
        if (step == 5) bench.run->set("zeta", "3");
    };
    const auto result = bench.drive();
    bench.method.after = nullptr;
    for (const std::int64_t step : {1, 6, 12}) {
        const auto promoted = bench.run->promote(1, step);
        RecipeSteering rest(promoted.steering, promoted.from);
        const auto again = bench.method({{}, &silentProgress(), &rest});
        CHECK(again.images.pixels.slice(0) == promoted.estimate);
        CHECK(promoted.stoppedEarly == (step < 12));
        CHECK(promoted.trace.size() == static_cast<std::size_t>(step));
    }
    CHECK(bench.run->promote(1).estimate == result.images.pixels.slice(0));
    CHECK(bench.run->promote(1, 5).steering == std::vector<SteeringChange>{{5, json::object(), true}});
}

TEST_CASE("a person who does everything at once while the run goes on gets branches that are what they say") {
    Bench bench;
    bench.method.start = test::stepwiseValues(60);
    std::atomic<std::int64_t> made{0};
    bench.method.after = [&](std::int64_t) { ++made; };
    std::stop_source stop;
    auto job = std::async(std::launch::async, [&] { return bench.drive(stop.get_token()); });
    for (std::int64_t i = 0; i < 400; ++i) {
        const auto seen = bench.run->snapshot();
        const auto last = seen.tree.at(seen.branch).last;
        if (i % 5 == 0) bench.run->set("zeta", std::to_string(1 + i % 3));
        if (i % 7 == 0) bench.run->rewindTo(seen.branch, last / 2);
        if (i % 11 == 0) bench.run->pause();
        if (i % 11 == 3) bench.run->stepOnce();
        if (i % 11 == 5) bench.run->resume();
        if (i % 50 == 0) (void)bench.run->branchFrom(seen.branch, last, {{"zeta", "2.5"}});
        if (i % 13 == 0 && last > 0) (void)bench.run->promote(seen.branch);
        std::this_thread::yield();
    }
    bench.run->resume();
    (void)job.get();
    CHECK(made > 0);
    bench.method.after = nullptr;
    const auto seen = bench.run->snapshot();
    for (const auto* branch : seen.tree.branches()) {
        if (branch->last == branch->fork) continue;
        const auto promoted = bench.run->promote(branch->id);
        CHECK(promoted.estimate == bench.fromScratch(promoted.steering));
    }
}
