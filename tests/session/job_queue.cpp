#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>

#include "core/session/job_queue.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr auto kPatience = std::chrono::seconds(60);  // a hang fails instead of blocking; never reached otherwise

Reconstruction resultOfValue(float value, bool stopped = false) {
    Reconstruction result;
    result.images.pixels = ComplexArray({1, 1, 1}, cfloat(value));
    result.stoppedEarly = stopped;
    return result;
}

/// Collects what the queue tells and lets the test wait for it.
struct Listener {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<JobId, std::vector<Outcome>> outcomes;
    std::vector<JobProgress> progress;
    int previews = 0;

    JobEvents events() {
        return {[this](const JobProgress& news) {
                    const std::lock_guard lock(mutex);
                    progress.push_back(news);
                    changed.notify_all();
                },
                [this](JobId) {
                    const std::lock_guard lock(mutex);
                    ++previews;
                    changed.notify_all();
                },
                [this](JobId id, const Outcome& outcome) {
                    const std::lock_guard lock(mutex);
                    outcomes[id].push_back(outcome);
                    changed.notify_all();
                }};
    }
    template <class Condition>
    bool wait(Condition condition) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, kPatience, condition);
    }
    bool waitFor(JobId id) {
        return wait([&] { return outcomes.count(id) > 0; });
    }
    std::size_t countOf(JobId id) {
        const std::lock_guard lock(mutex);
        return outcomes[id].size();
    }
    template <class Kind>
    bool endedAs(JobId id) {
        const std::lock_guard lock(mutex);
        return outcomes[id].size() == 1 && std::holds_alternative<Kind>(outcomes[id].front());
    }
};

/// Work that waits until it is asked to stop, then returns or throws.
JobWork untilStopped(std::promise<void>& started, bool keepsSomething) {
    return [&started, keepsSomething](const RunControl& run) {
        started.set_value();
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        wake.wait_for(lock, run.stop, kPatience, [] { return false; });
        if (!keepsSomething) run.throwIfStopped();
        return resultOfValue(1, true);
    };
}

}  // namespace

TEST_CASE("a job that runs to its end is told once, with its result") {
    Listener listener;
    JobQueue queue(listener.events());
    const auto id = queue.submit("job", [](const RunControl&) { return resultOfValue(7); });
    REQUIRE(listener.waitFor(id));
    REQUIRE(listener.endedAs<Completed>(id));
    CHECK(std::get<Completed>(listener.outcomes[id].front()).result->images.pixels[0] == cfloat(7));
    CHECK_FALSE(queue.busy());
    CHECK(listener.progress.back().state == JobState::Ended);
    CHECK_FALSE(queue.progress(id));  // what ended is forgotten
}

TEST_CASE("jobs run one after the other in the order they came") {
    Listener listener;
    std::vector<int> order;
    JobQueue queue(listener.events());
    JobId last = 0;
    for (int i = 0; i < 5; ++i)
        last = queue.submit("job", [&order, i](const RunControl&) {
            order.push_back(i);
            return resultOfValue(0);
        });
    REQUIRE(listener.waitFor(last));
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
    for (JobId id = 1; id <= last; ++id) CHECK(listener.endedAs<Completed>(id));
}

TEST_CASE("a running job that is stopped keeps what it has, or ends as cancelled") {
    for (const bool keeps : {true, false}) {
        CAPTURE(keeps);
        Listener listener;
        JobQueue queue(listener.events());
        std::promise<void> started;
        const auto id = queue.submit("job", untilStopped(started, keeps));
        REQUIRE(started.get_future().wait_for(kPatience) == std::future_status::ready);
        CHECK(queue.busy());
        queue.stop(id);
        queue.stop(id);  // asking twice changes nothing
        REQUIRE(listener.waitFor(id));
        if (keeps)
            CHECK(listener.endedAs<Stopped>(id));
        else
            CHECK(listener.endedAs<CancelledJob>(id));
    }
}

TEST_CASE("a waiting job that is stopped ends at once and never runs") {
    Listener listener;
    JobQueue queue(listener.events());
    std::promise<void> started;
    const auto running = queue.submit("running", untilStopped(started, true));
    REQUIRE(started.get_future().wait_for(kPatience) == std::future_status::ready);
    std::atomic<bool> ran = false;
    const auto waiting = queue.submit("waiting", [&ran](const RunControl&) {
        ran = true;
        return resultOfValue(0);
    });
    queue.stop(waiting);
    CHECK(listener.endedAs<CancelledJob>(waiting));  // before the running one ended
    CHECK(listener.countOf(running) == 0);
    queue.stop(running);
    REQUIRE(listener.waitFor(running));
    CHECK_FALSE(ran);
    CHECK(listener.countOf(waiting) == 1);
}

TEST_CASE("stopAll ends what runs and what waits") {
    Listener listener;
    JobQueue queue(listener.events());
    std::promise<void> started;
    const auto first = queue.submit("first", untilStopped(started, true));
    const auto second = queue.submit("second", [](const RunControl&) { return resultOfValue(0); });
    REQUIRE(started.get_future().wait_for(kPatience) == std::future_status::ready);
    queue.stopAll();
    REQUIRE(listener.waitFor(first));
    CHECK(listener.endedAs<Stopped>(first));
    CHECK(listener.endedAs<CancelledJob>(second));
}

TEST_CASE("errors become an outcome with message and hint, and the queue lives on") {
    Listener listener;
    JobQueue queue(listener.events());
    const auto typed = queue.submit("typed", [](const RunControl&) -> Reconstruction { throw InputError("The file is odd.", "Take another."); });
    const auto memory = queue.submit("memory", [](const RunControl&) -> Reconstruction { throw std::bad_alloc(); });
    const auto foreign = queue.submit("foreign", [](const RunControl&) -> Reconstruction { throw std::runtime_error("inner"); });
    const auto strange = queue.submit("strange", [](const RunControl&) -> Reconstruction { throw 3; });
    const auto good = queue.submit("good", [](const RunControl&) { return resultOfValue(1); });
    REQUIRE(listener.waitFor(good));
    REQUIRE(listener.endedAs<Failed>(typed));
    CHECK(std::get<Failed>(listener.outcomes[typed].front()).message == "The file is odd.");
    CHECK(std::get<Failed>(listener.outcomes[typed].front()).hint == "Take another.");
    REQUIRE(listener.endedAs<Failed>(memory));
    CHECK(std::get<Failed>(listener.outcomes[memory].front()).message.find("memory") != std::string::npos);
    REQUIRE(listener.endedAs<Failed>(foreign));
    CHECK(std::get<Failed>(listener.outcomes[foreign].front()).message.find("inner") != std::string::npos);
    CHECK(listener.endedAs<Failed>(strange));
    CHECK(listener.endedAs<Completed>(good));
}

TEST_CASE("the words of a failure are plain, whoever threw it") {
    const auto told = [](const std::function<void()>& work) {
        try {
            work();
        } catch (...) {
            return describeCurrentException();
        }
        return Failed{};
    };
    const auto memory = told([] { throw std::bad_alloc(); });
    CHECK(memory.message == "There is not enough memory for this.");
    const auto torch = told([] { throw std::runtime_error("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.\nframe #0"); });
    CHECK(torch.message == memory.message);
    CHECK(torch.hint == memory.hint);
    const auto traced = told([] { throw std::runtime_error("the size of a must match.\nException raised from infer_size\nframe #0: 0x55"); });
    CHECK(traced.message == "Something failed that should not: the size of a must match.");
    CHECK_FALSE(traced.hint.empty());
    CHECK(told([] { throw 3; }).message == "Something failed that should not, and gave no reason.");
    CHECK(told([] { throw InputError("The file is odd.", "Take another."); }).hint == "Take another.");
}

TEST_CASE("destroying the queue stops the running job, drops the waiting ones and tells each once") {
    Listener listener;
    JobId running = 0;
    std::vector<JobId> waiting;
    {
        JobQueue queue(listener.events());
        std::promise<void> started;
        running = queue.submit("running", untilStopped(started, true));
        for (int i = 0; i < 3; ++i) waiting.push_back(queue.submit("waiting", [](const RunControl&) { return resultOfValue(0); }));
        REQUIRE(started.get_future().wait_for(kPatience) == std::future_status::ready);
    }
    CHECK(listener.endedAs<Stopped>(running));
    for (const auto id : waiting) CHECK(listener.endedAs<CancelledJob>(id));
}

TEST_CASE("states go forward only, and every change of state is told") {
    Listener listener;
    JobQueue queue(listener.events());
    std::promise<void> started;
    const auto id = queue.submit("job", untilStopped(started, true));
    REQUIRE(started.get_future().wait_for(kPatience) == std::future_status::ready);
    queue.stop(id);
    REQUIRE(listener.waitFor(id));
    std::vector<JobState> states;
    for (const auto& news : listener.progress)
        if (states.empty() || states.back() != news.state) states.push_back(news.state);
    REQUIRE(states.size() >= 3);
    CHECK(states.front() == JobState::Waiting);
    CHECK(states.back() == JobState::Ended);
    CHECK(std::is_sorted(states.begin(), states.end()));
}

TEST_CASE("steps reach the listener thinned out, and the newest is always known") {
    Listener listener;
    JobQueue queue(listener.events());
    constexpr int kSteps = 20000;
    const auto id = queue.submit("job", [](const RunControl& run) {
        for (int i = 1; i <= kSteps; ++i) run.progress->onStep({"steps", i, kSteps, 1.0 / i});
        return resultOfValue(0);
    });
    REQUIRE(listener.waitFor(id));
    const auto& last = listener.progress.back();
    CHECK(last.step.step == kSteps);
    CHECK(last.fraction == doctest::Approx(1));
    // One every 50 ms at most: far fewer than the steps, however slow the machine.
    CHECK(static_cast<double>(listener.progress.size()) <= 20 * (last.secondsRun + 1) + 5);
}

TEST_CASE("previews pass through a mailbox of one") {
    Listener listener;
    JobQueue queue(listener.events());
    std::promise<void> put, release;
    const auto id = queue.submit("job", [&](const RunControl& run) {
        REQUIRE(run.progress->wantsPreview());
        run.progress->onPreview(ComplexArray({1, 1}, cfloat(1)));
        CHECK_FALSE(run.progress->wantsPreview());  // the first was not taken yet
        run.progress->onStep({"x", 3, 4, {}});
        run.progress->onPreview(ComplexArray({1, 1}, cfloat(2)));
        put.set_value();
        release.get_future().wait();
        return resultOfValue(0);
    });
    REQUIRE(put.get_future().wait_for(kPatience) == std::future_status::ready);
    const auto frame = queue.takePreview(id);
    REQUIRE(frame);
    CHECK(frame->image[0] == cfloat(2));
    CHECK(frame->at.step == 3);
    CHECK_FALSE(queue.takePreview(id));
    release.set_value();
    REQUIRE(listener.waitFor(id));
    CHECK(listener.previews == 2);
    CHECK_FALSE(queue.takePreview(999));
}

TEST_CASE("a job that works can be asked how far it is: what it answers only goes forward") {
    constexpr std::int64_t kSteps = 3000;
    Listener listener;
    JobQueue queue(listener.events());
    const auto id = queue.submit("job", [](const RunControl& run) {
        for (std::int64_t step = 1; step <= kSteps; ++step) {
            run.progress->onStep({"x", step, kSteps, 1.0 / static_cast<double>(step)});
            if (run.progress->wantsPreview()) run.progress->onPreview(ComplexArray({4}, cfloat(static_cast<float>(step))));
        }
        return resultOfValue(0);
    });
    StepReport last;
    bool rises = true, fits = true;
    while (const auto known = queue.progress(id)) {
        rises = rises && known->step.step >= last.step && known->state != JobState::Stopping;
        last = known->step;
        if (last.step > 0) fits = fits && last.residual == 1.0 / static_cast<double>(last.step);
        if (const auto frame = queue.takePreview(id)) fits = fits && frame->image[3] == cfloat(static_cast<float>(frame->at.step));
    }
    REQUIRE(listener.waitFor(id));
    CHECK(rises);
    CHECK(fits);
    CHECK(listener.endedAs<Completed>(id));
}

TEST_CASE("many jobs stopped from many threads all end exactly once") {
    Listener listener;
    std::vector<JobId> ids;
    {
        JobQueue queue(listener.events());
        for (int i = 0; i < 60; ++i)
            ids.push_back(queue.submit("job", [](const RunControl& run) {
                run.throwIfStopped();
                run.progress->onStep({"x", 1, 1, {}});
                return resultOfValue(0);
            }));
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < 3; ++t)
            threads.emplace_back([&queue, &ids, t] {
                for (std::size_t i = t; i < ids.size(); i += 3) queue.stop(ids[i]);
            });
        for (auto& thread : threads) thread.join();
    }
    for (const auto id : ids) CHECK(listener.countOf(id) == 1);
}

TEST_CASE("runJob asks nothing of work that was stopped before it began") {
    std::stop_source stop;
    stop.request_stop();
    bool ran = false;
    const auto outcome = runJob(
        [&ran](const RunControl&) {
            ran = true;
            return resultOfValue(0);
        },
        {stop.get_token(), &silentProgress()});
    CHECK(std::holds_alternative<CancelledJob>(outcome));
    CHECK_FALSE(ran);
}
