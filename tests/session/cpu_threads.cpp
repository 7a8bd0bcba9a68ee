// Threads of larmor_cpu under several owners at once: what the thread sanitizer is to look at.
#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/masks/mask_generator.h"
#include "core/cpu/workers.h"
#include "core/session/engine_host.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::session;
using namespace larmor::test;

TEST_CASE("Several owners work at once, each with threads of its own, and get the same images") {
    SliceProblem problem;
    problem.kspace = phantomKspace(4, 48, 45, 1e-2);
    problem.mask = masks::generate(masks::parseMaskSpec("poisson:R=2,acs=16,seed=1"), 48, 45);
    const auto& method = plugins().method("l1-wavelet");
    ParamValues values(method.params);
    values.set("iterations", std::int64_t{6});
    const auto expected = engine().reconstruct(method, values, problem, {}).image;
    std::atomic<int> same{0};
    {
        std::vector<std::jthread> owners;
        for (int owner = 0; owner < 3; ++owner)
            owners.emplace_back([&, owner] {
                for (int round = 0; round < 3; ++round) {
                    engine().setThreads(1 + (owner + round) % 3);
                    same += engine().reconstruct(method, values, problem, {}).image == expected;
                }
            });
    }
    CHECK(same == 9);
}

TEST_CASE("More threads than the machine has, and teams that come and go, end their work") {
    std::atomic<std::int64_t> sum{0};
    for (const int threads : {2, 40, 3, 40}) {
        cpu::setThreads(threads);
        for (std::int64_t count : {0, 1, 2, 7, 300}) cpu::parallelFor(count, [&](std::int64_t i) { sum += i; });
    }
    cpu::setThreads(0);
    CHECK(sum == 4 * (0 + 0 + 1 + 21 + 44850));
}

TEST_CASE("A stop is seen by all threads that estimate maps") {
    struct Stopping final : ProgressSink {
        void onStep(const StepReport&) override { source.request_stop(); }
        std::stop_source source;
    } stopping;
    cpu::setThreads(2);
    const auto kspace = phantomKspace(4, 64, 200);
    CHECK_THROWS_AS((void)engine().estimateMaps(kspace, SamplingMask::full(64, 200), {}, {stopping.source.get_token(), &stopping}), Cancelled);
    cpu::setThreads(0);
}

TEST_CASE("A stop does not wait for a large dense problem of the kernels") {
    const auto kspace = phantomKspace(16, 72, 72);
    EspiritOptions options;
    options.calibrationSize = 64;
    options.kernelSize = 10;  // 1600 rows: seconds
    std::stop_source source;
    std::jthread stopper([&] { source.request_stop(); });
    CHECK_THROWS_AS((void)engine().estimateMaps(kspace, SamplingMask::full(72, 72), options, {source.get_token()}), Cancelled);
}
