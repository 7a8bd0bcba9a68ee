#include <doctest/doctest.h>

#include <thread>

#include "core/session/preview_mailbox.h"
#include "core/session/progress_clock.h"
#include "core/session/slice_progress.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Recorder final : ProgressSink {
    std::vector<StepReport> steps;
    std::vector<ComplexArray> previews;
    void onStep(const StepReport& report) override { steps.push_back(report); }
    bool wantsPreview() override { return true; }
    void onPreview(ComplexArray image) override { previews.push_back(std::move(image)); }
};

}  // namespace

TEST_CASE("the time left follows from the pace, once there is one") {
    ProgressClock clock;
    CHECK(clock.fraction() == 0);
    CHECK_FALSE(clock.secondsLeft(10));
    clock.update({"a", 0, 100, {}}, 5);
    CHECK_FALSE(clock.secondsLeft(5));
    clock.update({"a", 25, 100, {}}, 15);
    CHECK(clock.fraction() == doctest::Approx(0.25));
    REQUIRE(clock.secondsLeft(15));
    CHECK(*clock.secondsLeft(15) == doctest::Approx(30));  // 10 s for a quarter
    clock.update({"a", 100, 100, {}}, 45);
    CHECK(*clock.secondsLeft(45) == doctest::Approx(0));
}

TEST_CASE("the fraction never falls, and steps without a total leave it alone") {
    ProgressClock clock;
    clock.update({"a", 50, 100, {}}, 0);
    clock.update({"b", 10, 100, {}}, 1);
    CHECK(clock.fraction() == doctest::Approx(0.5));
    clock.update({"c", 3, 0, {}}, 2);
    CHECK(clock.fraction() == doctest::Approx(0.5));
}

TEST_CASE("durations read as people say them") {
    CHECK(durationText(0) == "0 s");
    CHECK(durationText(2.2) == "3 s");
    CHECK(durationText(60) == "1 min");
    CHECK(durationText(130) == "2 min 10 s");
    CHECK(durationText(3900) == "1 h 5 min");
}

TEST_CASE("one count runs over slices and steps") {
    Recorder recorder;
    SliceProgress progress(recorder, 3, 0, [](ComplexArray image) { return image; });
    progress.begin(0, "coil maps", false);
    progress.onStep({"inner", 4, 5, {}});  // of the maps: not counted
    CHECK(recorder.steps.size() == 1);
    CHECK(recorder.steps.back().total == 0);  // not known yet
    progress.begin(0, "CG", true);
    progress.onStep({"inner", 10, 30, 0.5});
    CHECK(recorder.steps.back().step == 10);
    CHECK(recorder.steps.back().total == 90);
    CHECK(recorder.steps.back().residual == doctest::Approx(0.5));
    CHECK(recorder.steps.back().stage == "slice 1 of 3, CG");
    progress.begin(1, "CG", true);
    progress.onStep({"inner", 30, 30, {}});
    CHECK(recorder.steps.back().step == 60);
    progress.begin(2, "CG", true);
    progress.endSlice();
    CHECK(recorder.steps.back().step == 90);
}

TEST_CASE("previews are finished as results are") {
    Recorder recorder;
    SliceProgress progress(recorder, 1, 1, [](ComplexArray image) { return centreFit(image, 2, 2); });
    REQUIRE(progress.wantsPreview());
    progress.onPreview(ComplexArray({4, 2}));
    CHECK(recorder.previews.front().shape() == Shape{2, 2});
}

TEST_CASE("the mailbox keeps the newest frame and wants one only when the last was taken") {
    PreviewMailbox box(std::chrono::milliseconds(0));
    CHECK(box.wantsFrame());
    CHECK_FALSE(box.take());
    box.put({ComplexArray({1}, cfloat(1)), {}});
    CHECK_FALSE(box.wantsFrame());
    box.put({ComplexArray({1}, cfloat(2)), {"x", 7, 9, {}}});
    const auto frame = box.take();
    REQUIRE(frame);
    CHECK(frame->image[0] == cfloat(2));
    CHECK(frame->at.step == 7);
    CHECK_FALSE(box.take());
    CHECK(box.wantsFrame());
}

TEST_CASE("a worker and a viewer share the mailbox: frames are whole, rise, and the last one arrives") {
    constexpr std::int64_t kFrames = 2000, kSize = 64;
    PreviewMailbox box(std::chrono::milliseconds(0));
    std::jthread worker([&box] {
        for (std::int64_t step = 1; step <= kFrames; ++step)
            if (box.wantsFrame() || step % 3 == 0 || step == kFrames)
                box.put({ComplexArray({kSize}, cfloat(static_cast<float>(step))), {"x", step, kFrames, {}}});
    });
    std::int64_t last = 0;
    bool isWhole = true, rises = true;
    while (last < kFrames) {
        const auto frame = box.take();
        if (!frame) continue;
        rises = rises && frame->at.step > last;
        last = frame->at.step;
        for (const auto& value : frame->image.values()) isWhole = isWhole && value == cfloat(static_cast<float>(last));
    }
    CHECK(isWhole);
    CHECK(rises);
}

TEST_CASE("the mailbox keeps its interval") {
    PreviewMailbox box(std::chrono::hours(1));
    CHECK(box.wantsFrame());
    box.put({ComplexArray({1}), {}});
    (void)box.take();
    CHECK_FALSE(box.wantsFrame());
}
