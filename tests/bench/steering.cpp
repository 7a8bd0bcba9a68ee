// What steering costs: previews, a stop within a long step, the time until the first image. A program that prints one JSON document.
//
//     bench_steering [METHOD] [STEPS] [THREADS] [REPEATS]
//
// On 8 simulated coils at 230 x 180 with the first diffusion prior that is found. Runs with and without previews take turns. The viewer
// does what the window does with a preview: takes it, measures it against the reference, makes it grey. Both kinds of run keep their steps
// in a folder, as steered runs do. "cpu_seconds" are those of all threads of the program: they tell what previews cost where the wall clock
// is disturbed by other programs.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "core/base/metrics/metrics.h"
#include "core/base/rng.h"
#include "core/session/engine_host.h"
#include "core/session/job_queue.h"
#include "core/session/priors.h"
#include "core/session/steering/run_folder.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::int64_t kCoils = 8, kReadout = 230, kPhase = 180;
constexpr int kStops = 10;

double secondsSince(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}
double cpuSeconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

struct Settings {
    std::string method = "pnp";
    std::int64_t steps = 20, threads = 2;
    int repeats = 3;
};

struct Bench {
    test::TempDir folder;
    ReconstructionRequest request;
    RealArray reference;
    int runs = 0;

    explicit Bench(const Settings& settings) {
        test::writeFile(folder.file("scan.bin"), "simulated here");
        auto scan = std::make_shared<test::MemoryAcquisition>(std::vector{test::phantomKspace(kCoils, kReadout, kPhase, 0.01)},
                                                              folder.file("scan.bin"));
        request.acquisition = scan;
        request.mask = MaskChoice::fromText("equispaced:R=4,acs=24,seed=1");
        request.prior = PriorRequest{knownPriors().priors.at(0).card.name, "none", {}};
        request.slices = {0};
        request.threads = settings.threads;
        reference = test::phantomMagnitude(kReadout, kPhase).reshaped({1, kReadout, kPhase});
    }
    void choose(const std::string& method, std::int64_t steps) {
        request.method = method;
        request.parameters = ParamValues(plugins().method(method).params);
        request.parameters.set("steps", steps);
    }
    /// A steered run in a folder of its own.
    [[nodiscard]] JobWork work() {
        auto run = RunFolder::create(folder.file("run" + std::to_string(++runs)), request).run();
        return [run, asked = request](const RunControl& control) {
            return run->drive([&asked](const RunControl& inner) { return reconstruct(asked, inner); }, control);
        };
    }
};

/// A viewer in a thread of its own, and the times at which things came.
class Viewer {
public:
    explicit Viewer(const Bench& bench, bool previews)
        : m_bench(bench), m_queue(events(previews)), m_thread([this](const std::stop_token& stop) { view(stop); }) {}

    JobId submit(JobWork work) {
        m_submitted = Clock::now();
        return m_job = m_queue.submit("bench", std::move(work));
    }
    void stop() { m_queue.stop(m_job); }
    void waitForStep(std::int64_t step) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_step >= step; });
    }
    double waitForEnd() {  ///< seconds since it was submitted
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_ended.has_value(); });
        return *m_ended;
    }
    [[nodiscard]] double firstPreview() const { return m_firstPreview; }  ///< seconds since it was submitted; once it has ended
    [[nodiscard]] int previews() const { return m_previews; }

private:
    JobEvents events(bool previews) {
        JobEvents events;
        events.progress = [this](const JobProgress& progress) { note([&] { m_step = progress.step.total > 1 ? progress.step.step : 0; }); };
        events.ended = [this](JobId, const Outcome& outcome) {
            if (const auto* failed = std::get_if<Failed>(&outcome)) std::cerr << failed->message << '\n';
            note([&] { m_ended = secondsSince(m_submitted); });
        };
        if (previews)
            events.previewReady = [this](JobId) {
                note([&] {
                    if (m_previews == 0) m_firstPreview = secondsSince(m_submitted);
                    ++m_previews;
                    m_ready = true;
                });
            };
        return events;
    }
    template <class Change>
    void note(Change change) {
        {
            const std::lock_guard lock(m_mutex);
            change();
        }
        m_changed.notify_all();
    }
    void view(const std::stop_token& stop) {
        while (true) {
            {
                std::unique_lock lock(m_mutex);
                if (!m_changed.wait(lock, stop, [this] { return m_ready; })) return;
                m_ready = false;
            }
            if (const auto frame = m_queue.takePreview(m_job)) show(magnitude(frame->image));
        }
    }
    void show(const RealArray& image) {
        const auto stack = image.reshaped({1, kReadout, kPhase});
        m_shown += metrics::compare(m_bench.reference, stack).mean.nrmse;
        ByteArray grey(image.shape());
        for (std::int64_t i = 0; i < image.size(); ++i) grey[i] = static_cast<std::uint8_t>(std::clamp(255 * image[i], 0.0F, 255.0F));
        m_shown += grey[0];
    }

    const Bench& m_bench;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::int64_t m_step = 0;
    int m_previews = 0;
    bool m_ready = false;
    std::optional<double> m_ended;
    double m_firstPreview = 0, m_shown = 0;
    std::atomic<JobId> m_job = 0;
    Clock::time_point m_submitted;
    JobQueue m_queue;
    std::jthread m_thread;
};

struct Cost {
    double wall = 1e9, cpu = 1e9;
    void take(double wallSeconds, double processorSeconds) {
        wall = std::min(wall, wallSeconds);
        cpu = std::min(cpu, processorSeconds);
    }
};

nlohmann::json previewCost(Bench& bench, const Settings& settings) {
    bench.choose(settings.method, settings.steps);
    Cost with, without;
    std::vector<double> first;
    int previews = 0;
    for (int i = 0; i < 2 * settings.repeats + 2; ++i) {
        const bool shown = i % 2 == 1;
        Viewer viewer(bench, shown);
        auto work = bench.work();
        const double cpu = cpuSeconds();
        viewer.submit(std::move(work));
        const double wall = viewer.waitForEnd();
        if (i < 2) continue;  // libraries and weights are loaded
        (shown ? with : without).take(wall, cpuSeconds() - cpu);
        if (shown) first.push_back(viewer.firstPreview());
        previews = std::max(previews, viewer.previews());
    }
    std::sort(first.begin(), first.end());
    return {{"method", settings.method},
            {"steps", settings.steps},
            {"previews", previews},
            {"seconds", with.wall},
            {"seconds_without", without.wall},
            {"percent", 100 * (with.wall / without.wall - 1)},
            {"cpu_seconds", with.cpu},
            {"cpu_seconds_without", without.cpu},
            {"cpu_percent", 100 * (with.cpu / without.cpu - 1)},
            {"first_preview_s", first[first.size() / 2]},
            {"step_s", without.wall / static_cast<double>(settings.steps)}};
}

nlohmann::json stopTimes(Bench& bench) {
    constexpr std::int64_t kSteps = 60;
    bench.choose("dps", kSteps);
    double step = 0;
    std::vector<double> times;
    NoiseSource random(1);
    for (int i = 0; i <= kStops; ++i) {
        Viewer viewer(bench, false);
        viewer.submit(bench.work());
        viewer.waitForStep(1);
        const auto second = Clock::now();
        if (i == 0) {
            viewer.waitForStep(2);
            step = secondsSince(second);
        } else {
            std::this_thread::sleep_for(std::chrono::duration<double>(2 * step * random.uniform()));
        }
        const auto asked = Clock::now();
        viewer.stop();
        (void)viewer.waitForEnd();
        if (i > 0) times.push_back(secondsSince(asked));
    }
    std::sort(times.begin(), times.end());
    return {{"method", "dps"},
            {"step_s", step},
            {"requests", kStops},
            {"median_s", (times[kStops / 2 - 1] + times[kStops / 2]) / 2},
            {"worst_s", times.back()}};
}

}  // namespace

int main(int count, char** words) {
    Settings settings;
    if (count > 1) settings.method = words[1];
    if (count > 2) settings.steps = std::atol(words[2]);
    if (count > 3) settings.threads = std::atol(words[3]);
    if (count > 4) settings.repeats = std::atoi(words[4]);
    try {
        Bench bench(settings);
        const auto previews = previewCost(bench, settings);
        std::cout << nlohmann::json{{"previews", previews}, {"stop", stopTimes(bench)}}.dump(1) << '\n';
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
