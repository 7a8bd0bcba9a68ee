// Rows of the queue, and which slice an image belongs to that forms.

#include <doctest/doctest.h>

#include <future>

#include "core/session/workbench/run_board.h"
#include "tests/session/pump.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kSteps = 10;

RunRow rowOf(std::vector<std::int64_t> slices, std::int64_t step, std::int64_t total) {
    RunRow row;
    row.slices = std::move(slices);
    row.progress.step = {"steps", step, total, {}};
    return row;
}

}  // namespace

TEST_CASE("the slice at work follows from the count over all slices") {
    const std::vector<std::int64_t> slices{4, 7, 9};
    CHECK(rowOf(slices, 0, 0).sliceNow() == 4);
    CHECK(rowOf(slices, 1, 3 * kSteps).sliceNow() == 4);
    CHECK(rowOf(slices, kSteps, 3 * kSteps).sliceNow() == 4);
    CHECK(rowOf(slices, kSteps + 1, 3 * kSteps).sliceNow() == 7);
    CHECK(rowOf(slices, 3 * kSteps, 3 * kSteps).sliceNow() == 9);
    CHECK(rowOf({}, 3, 5).sliceNow() == 0);
}

TEST_CASE("an image as it forms lands on its own slice, however late the progress is") {
    test::Pump pump;
    std::vector<std::pair<std::int64_t, float>> shown;
    int ended = 0;
    RunEvents events;
    events.changed = [] {};
    events.preview = [&shown](RunId, std::int64_t slice, const ComplexArray& image) { shown.emplace_back(slice, image[0].real()); };
    events.ended = [&ended](const RunRow&, const Outcome&) { ++ended; };
    RunBoard board(pump.post(), std::move(events));
    std::promise<void> seen;
    const auto id = board.submit("run", "cpu", {4, 7, 9}, [&seen](const RunControl& run) {
        // The first report is told, the second comes too soon after it: progress still says slice 4.
        run.progress->onStep({"steps", kSteps, 3 * kSteps, {}});
        run.progress->onStep({"steps", kSteps + 1, 3 * kSteps, {}});
        run.progress->onPreview(ComplexArray({1, 1}, cfloat(7)));
        seen.get_future().wait();
        return Reconstruction{};
    });
    REQUIRE(pump.until([&] { return !shown.empty(); }));
    CHECK(shown.front() == std::pair<std::int64_t, float>{7, 7.0F});
    CHECK(board.row(id)->started != std::chrono::steady_clock::time_point{});
    seen.set_value();
    REQUIRE(pump.until([&] { return ended == 1; }));
}
