// Cells of a sweep at a time: the same as one after the other, whoever is done first.

#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <latch>
#include <thread>

#include "core/session/shared_maps.h"
#include "core/session/sweep.h"
#include "tests/session/sweep_bench.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

using Bench = test::SweepBench;

/// Cells of both kinds, as a sweep made them: numbers without their times, and pixels.
struct Made {
    std::vector<nlohmann::json> cells;
    std::vector<ComplexArray> images;
    std::vector<std::string> order;  ///< of the calls
};

Made madeWith(SweepRequest request, std::int64_t jobs, std::int64_t threads) {
    request.jobs = jobs;
    request.threads = threads;
    Made made;
    const auto table = sweep(
        request, {}, {}, [&](const SweepTable& sofar) { made.order.push_back("cell " + sofar.cells.back().key()); },
        [&](const SweepMade& one) {
            made.order.push_back("made " + one.cell.key());
            made.images.push_back(one.result.images.pixels);
        });
    for (const auto& cell : table.cells) {
        made.cells.push_back(cell.toJson());
        made.cells.back().erase("seconds");
    }
    return made;
}

/// Steps of all pieces of work.
class Recorded final : public ProgressSink {
public:
    void onStep(const StepReport& report) override { steps.push_back(report); }
    std::vector<StepReport> steps;
};

}  // namespace

TEST_CASE("several cells at a time give the table, the order and the bytes of one after the other") {
    Bench bench;
    const auto prior = bench.folder.file("p.safetensors");
    test::writePrior(prior, test::gaussianPriorCard("gauss"));
    bench.request.scans[0].slices = {0, 1};
    bench.request.masks.push_back(MaskChoice::fromText("equispaced:R=40,acs=16,seed=1"));  // its cells fail
    bench.request.methods.push_back({"pnp", prior, {{"steps", {"2", "5"}}}});
    const auto alone = madeWith(bench.request, 1, 1), together = madeWith(bench.request, 4, 4);
    REQUIRE(alone.cells.size() == 2 * 3 * (3 + 1 + 2));
    CHECK(alone.images.size() == 2 * 2 * (3 + 1 + 2));
    CHECK(together.cells == alone.cells);
    CHECK(together.order == alone.order);
    REQUIRE(together.images.size() == alone.images.size());
    for (std::size_t i = 0; i < alone.images.size(); ++i) CHECK((together.images[i] == alone.images[i]));
}

TEST_CASE("progress of cells at a time never goes back, and ends whole; a cell tells how many threads it had") {
    Bench bench;
    Recorded progress;
    bench.request.jobs = 2;
    bench.request.threads = 5;
    std::int64_t threads = 0;
    (void)sweep(bench.request, {{}, &progress}, {}, {}, [&](const SweepMade& made) { threads = made.result.protocol.threads; });
    CHECK(threads == 2);
    REQUIRE_FALSE(progress.steps.empty());
    for (std::size_t i = 1; i < progress.steps.size(); ++i) CHECK(progress.steps[i].step >= progress.steps[i - 1].step);
    CHECK(progress.steps.back().step == progress.steps.back().total);
    CHECK(progress.steps.back().stage.starts_with("phantom"));
    auto table = sweep(bench.request, {});
    table.cells.pop_back();
    Recorded rest;  // what a table has counts from the beginning
    (void)sweep(bench.request, {{}, &rest}, table);
    REQUIRE_FALSE(rest.steps.empty());
    CHECK(rest.steps.front().step == rest.steps.back().total / 8 * 7);
}

TEST_CASE("a stop ends cells at a time with those that are told; a table that cannot be written ends them all") {
    Bench bench;
    bench.request.jobs = 3;
    bench.request.methods = {{"cg-sense", {}, {{"tolerance", {"0"}}, {"iterations", {"5", "1000", "999", "998"}}}}};
    std::stop_source stop;
    std::size_t told = 0;
    CHECK_THROWS_AS((void)sweep(bench.request, {stop.get_token()}, {}, [&](const SweepTable& table) {
                        told = table.cells.size();
                        stop.request_stop();
                    }),
                    Cancelled);
    CHECK(told == 1);
    told = 0;
    const auto full = [&](const SweepTable&) {
        ++told;
        throw IoError("table.json", "", "room", "a full disk");
    };
    CHECK_THROWS_AS((void)sweep(bench.request, {}, {}, full), IoError);
    CHECK(told == 1);
}

TEST_CASE("how many cells run at a time: what is asked for, never more than there are, one on other devices") {
    Bench bench;
    bench.request.threads = 6;
    bench.request.jobs = 4;
    CHECK(cellsAtATime(bench.request, 100) == 4);
    CHECK(cellsAtATime(bench.request, 3) == 3);
    CHECK(cellsAtATime(bench.request, 0) == 1);
    bench.request.jobs = 0;
    CHECK(cellsAtATime(bench.request, 100) == 6);  // small cells: as many as threads
    auto& scan = bench.request.scans.front();
    const auto large = std::make_shared<test::MemoryAcquisition>(std::vector<ComplexArray>{ComplexArray({1, 4, 4})}, scan.acquisition->header().provenance.path);
    large->editHeader().coils = 1 << 20;
    large->editHeader().encoded = {4096, 4096, 1};
    scan.acquisition = large;
    CHECK(cellsAtATime(bench.request, 100) == 1);  // no machine holds two
    bench.request.device = "cuda:0";
    CHECK(cellsAtATime(bench.request, 100) == 1);
}

TEST_CASE("shared maps are estimated once, by another where the first one failed; who waits can be stopped") {
    SharedMaps shared;
    std::atomic<int> estimated = 0;
    std::latch begun(1), goOn(1);
    const auto slow = [&] {
        ++estimated;
        begun.count_down();
        goOn.wait();
        return CoilMaps{ComplexArray({1, 2, 2}), {}};
    };
    std::shared_ptr<const SharedMaps::Estimated> first, second;
    std::jthread one([&] { first = shared.of(false, slow, {}); });
    begun.wait();
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS((void)shared.of(false, slow, stop.get_token()), Cancelled);
    std::jthread two([&] { second = shared.of(false, slow, {}); });
    CHECK(shared.of(true, [] { return CoilMaps{ComplexArray({3, 2, 2}), {}}; }, {})->maps.maps.extent(0) == 3);  // others do not wait
    goOn.count_down();
    one.join();
    two.join();
    CHECK(estimated == 1);
    CHECK(first == second);

    SharedMaps failing;
    CHECK_THROWS_AS((void)failing.of(false, []() -> CoilMaps { throw InputError("no calibration region"); }, {}), InputError);
    MapsUse use(failing);
    CHECK(use.of(false, [] { return CoilMaps{ComplexArray({1, 2, 2}), {}}; }, {}).maps.extent(0) == 1);
    CHECK(std::abs(use.secondsSpared()) < 1);  // nothing was spared: it did the work
}
