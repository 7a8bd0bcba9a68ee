// Fine-tuning: the choice among numbers, and progress over two kinds of work.
#include <doctest/doctest.h>

#include "core/session/finetune_grid.h"
#include "core/session/finetune_progress.h"
#include "tests/session/finetune_fixture.h"

using namespace larmor;
using namespace larmor::session;
using namespace larmor::test;

TEST_CASE("the choice: lowest mean over R, then the shorter training, then the lower rate") {
    const std::vector<FinetuneScore> grid{{0, 0, 4, 0.20, 3},      {0, 0, 6, 0.30, 3},      {1e-4, 500, 4, 0.10, 3},
                                          {1e-4, 500, 6, 0.32, 3}, {1e-5, 500, 4, 0.15, 3}, {1e-5, 500, 6, 0.27, 3},
                                          {1e-5, 900, 4, 0.15, 3}, {1e-5, 900, 6, 0.27, 3}};
    auto choice = bestOfGrid(grid);
    CHECK(choice.rate == 1e-5);
    CHECK(choice.images == 500);
    CHECK(choice.nrmse == doctest::Approx(0.21));
    CHECK(choice.parentNrmse == doctest::Approx(0.25));
    CHECK(bestOfGrid({grid[0], grid[1]}).isParent());
    CHECK(bestOfGrid({{0, 0, 4, 0.2, 1}, {1e-5, 8, 4, 0.2, 1}}).isParent());
}

TEST_CASE("progress of a fine-tuning: parts of both kinds add up, and the end of the time stops them") {
    Watcher watcher;
    FinetuneProgress progress({{}, &watcher}, 0, 100, 10);
    const auto control = progress.control();
    progress.begin(FinetuneProgress::Work::Train, 0, 60, "one");
    for (int i = 1; i <= 60; ++i) control.progress->onStep({"", i, 60, {}});
    progress.end();
    progress.begin(FinetuneProgress::Work::Score, 0, 10, "two");
    for (int i = 1; i <= 10; ++i) control.progress->onStep({"step", i, 10, {}});
    progress.end();
    CHECK(watcher.stages.back() == "two: step");
    CHECK(watcher.last < watcher.total);
    // The second part of a run reports from its own start on: 60 of 100 images were done before.
    progress.begin(FinetuneProgress::Work::Train, 60, 100, "three");
    for (int i = 61; i <= 100; ++i) control.progress->onStep({"", i, 100, {}});
    CHECK(watcher.last == watcher.total);
    CHECK_FALSE(watcher.goesBack);
    CHECK_FALSE(control.stop.stop_requested());
    FinetuneProgress late({{}, &watcher}, 1e-9, 1, 1);
    late.begin(FinetuneProgress::Work::Train, 0, 1, "late");
    CHECK(late.control().stop.stop_requested());
}
