// What the ranks of one training tell each other: two or three of them as threads, over TCP on this machine.
#include <doctest/doctest.h>

#include <functional>
#include <latch>
#include <thread>

#include "core/recon/training/rendezvous.h"
#include "core/recon/training/training_step.h"
#include "tests/numeric/tensors.h"
#include "tests/numeric/training_fixture.h"
#include "tests/support/free_port.h"

using namespace larmor;
using namespace larmor::recon::training;
using namespace larmor::test;

namespace {

using Exchange = std::unique_ptr<GradientExchange>;

TrainingRanks ranksAtFreePort(std::int64_t count, double timeout = 20) {
    return {count, 0, "127.0.0.1", freePort(), timeout, false, ""};
}

/// Runs work(rank, exchange) as each rank on a thread of its own. @return what each of them threw, or nothing
std::vector<std::string> asRanks(const TrainingRanks& ranks, const std::function<void(int, Exchange&)>& work) {
    std::vector<std::string> failures(static_cast<std::size_t>(ranks.count));
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < ranks.count; ++rank)
        threads.emplace_back([&, rank] {
            at::set_num_threads(1);
            try {
                auto mine = ranks;
                mine.rank = rank;
                auto exchange = openExchange(mine, {});
                work(rank, exchange);
            } catch (const Error& error) {
                failures[static_cast<std::size_t>(rank)] = error.what();
            }
        });
    threads.clear();
    return failures;
}

struct AtEnd {
    std::function<void()> work;
    ~AtEnd() { work(); }
};

larmor::training::TrainingConfig configWithSigma() {
    auto config = TrainingFixture::config();
    config.sigmaData = 0.25;
    config.learningRate.rampImages = 0;
    return config;
}

std::vector<at::Tensor> weightsOf(const TrainingState& state) {
    std::vector<at::Tensor> weights;
    for (const auto& weight : state.network->parameters().trained()) weights.push_back(weight.detach().reshape(-1));
    for (const auto& weight : state.average->parameters().trained()) weights.push_back(weight.detach().reshape(-1));
    return weights;
}

}  // namespace

TEST_CASE("ranks: the mean of numbers, in the order of the ranks, the same bits on each; a large message too") {
    constexpr std::size_t kMany = 3'000'000;  // more than sockets keep
    std::vector<std::vector<float>> results(3);
    const auto failures = asRanks(ranksAtFreePort(3), [&](int rank, Exchange& exchange) {
        std::vector<float> numbers(kMany);
        for (std::size_t i = 0; i < kMany; ++i) numbers[i] = 0.1F * static_cast<float>(rank + 1) + static_cast<float>(i % 7);
        exchange->mean(numbers);
        results[static_cast<std::size_t>(rank)] = numbers;
        exchange->requireEqual("colour", "blue");
    });
    for (const auto& failure : failures) CHECK(failure == "");
    for (std::size_t i = 0; i < 7; ++i) CHECK(results[0][i] == doctest::Approx(0.2 + static_cast<double>(i)).epsilon(1e-6));
    CHECK((results[0] == results[1]));
    CHECK((results[0] == results[2]));
}

TEST_CASE("ranks: two of them make the steps of one but for rounding, and both have the same bits") {
    const TrainingFixture fixture;
    const auto config = configWithSigma();
    const BatchSource source(*fixture.pack, config, classesOf(*fixture.pack, config.contrasts));
    constexpr int kSteps = 6;
    // HDF5 serves one thread at a time, so all batches are read before the ranks begin.
    const auto batches = [&](std::int64_t offset, std::int64_t count) {
        std::vector<TrainingBatch> list;
        for (int step = 0; step < kSteps; ++step) list.push_back(source.batch(4 * step, 4 * step + offset, count));
        return list;
    };
    const auto train = [&](GradientExchange& exchange, const std::vector<TrainingBatch>& mine) {
        auto state = newTrainingState(config, at::kCPU);
        TrainingStep step(state, 1, exchange);
        for (const auto& batch : mine) (void)step(batch, 4);
        return state;
    };
    const std::vector<std::vector<TrainingBatch>> parts{batches(0, 2), batches(2, 2)};
    const auto alone = openExchange({}, {});
    const auto one = train(*alone, batches(0, 4));
    std::vector<TrainingState> two(2);
    const auto failures = asRanks(ranksAtFreePort(2), [&](int rank, Exchange& exchange) {
        two[static_cast<std::size_t>(rank)] = train(*exchange, parts[static_cast<std::size_t>(rank)]);
    });
    for (const auto& failure : failures) CHECK(failure == "");
    const auto expected = at::cat(weightsOf(one)), first = at::cat(weightsOf(two[0])), second = at::cat(weightsOf(two[1]));
    CHECK(at::equal(first, second));
    CHECK(hashOf(two[0]) == hashOf(two[1]));
    CHECK(two[0].loss == two[1].loss);
    CHECK(two[0].loss == doctest::Approx(one.loss).epsilon(1e-5));
    const auto begin = at::cat(weightsOf(newTrainingState(config, at::kCPU)));
    // Against how far the weights went: a wrong mean, or half of the images, shows at once.
    const double moved = (expected - begin).norm().item<double>();
    CHECK((first - expected).norm().item<double>() < 2e-3 * moved);
    CHECK(moved > 1e-3);
}

TEST_CASE("ranks: one that ends, that falls silent or that has other settings is named on all of them") {
    const auto ended = asRanks(ranksAtFreePort(3), [](int rank, Exchange& exchange) {
        std::vector<float> numbers(10);
        exchange->mean(numbers);
        if (rank == 2) return;
        exchange->mean(numbers);
    });
    CHECK(ended[0] == "Rank 2 ended before the training did.");
    CHECK(ended[1] == ended[0]);
    CHECK(ended[2] == "");

    std::latch othersEnded(2);
    const auto silent = asRanks(ranksAtFreePort(3, 1.0), [&](int rank, Exchange& exchange) {
        if (rank == 1) return othersEnded.wait();
        const AtEnd count{[&] { othersEnded.count_down(); }};
        std::vector<float> numbers(10);
        exchange->mean(numbers);
    });
    CHECK(silent[0] == "Rank 1 has been silent for 1 s.");
    CHECK(silent[2] == silent[0]);

    const auto other =
        asRanks(ranksAtFreePort(3), [](int rank, Exchange& exchange) { exchange->requireEqual("configuration", rank == 2 ? "b" : "a"); });
    for (const auto& failure : other) CHECK(failure == "Rank 2 has another configuration than rank 0.");
}

TEST_CASE("ranks: while the first one is busy the others wait longer than the timeout") {
    const auto failures = asRanks(ranksAtFreePort(2, 1.5), [](int rank, Exchange& exchange) {
        std::vector<float> numbers(10);
        if (rank == 0) {
            const auto others = exchange->busy();
            std::this_thread::sleep_for(std::chrono::milliseconds(2500));
        }
        exchange->mean(numbers);
    });
    for (const auto& failure : failures) CHECK(failure == "");
}

TEST_CASE("ranks: where somebody else keeps the meeting place open, all of them only call there, each attempt by itself") {
    auto ranks = ranksAtFreePort(2);
    const Rendezvous agent(ranks, {});
    ranks.isServed = true;
    for (const char* attempt : {"0", "1"}) {
        ranks.prefix = attempt;
        std::vector<float> sums(2);
        const auto failures = asRanks(ranks, [&](int rank, Exchange& exchange) {
            std::vector<float> numbers{static_cast<float>(rank)};
            exchange->mean(numbers);
            sums[static_cast<std::size_t>(rank)] = numbers[0];
        });
        for (const auto& failure : failures) CHECK(failure == "");
        CHECK(sums == std::vector<float>{0.5F, 0.5F});
    }
}

TEST_CASE("ranks: those that do not come, that come twice or make no sense end with an error") {
    const auto opened = [](const TrainingRanks& ranks) { (void)openExchange(ranks, {}); };
    CHECK_THROWS_WITH_AS(opened({2, 0, "127.0.0.1", freePort(), 0.5, false, ""}), doctest::Contains("Only 1 of 2 ranks came"), Error);
    CHECK_THROWS_WITH_AS(opened({2, 1, "127.0.0.1", freePort(), 0.5, false, ""}), doctest::Contains("does not answer"), Error);
    CHECK_THROWS_WITH_AS(opened({2, 2, "127.0.0.1", 1, 1, false, ""}), doctest::Contains("no rank 2 of 2"), UsageError);
    CHECK_THROWS_WITH_AS(opened({2, 0, "", 0, 1, false, ""}), doctest::Contains("a place to meet"), UsageError);
    CHECK_THROWS_WITH_AS(opened({2, 1, "no.such.host.invalid", 9, 1, false, ""}), doctest::Contains("is not known"), Error);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS((void)openExchange({2, 1, "127.0.0.1", freePort(), 60, false, ""}, stop.get_token()), Cancelled);
    const int port = freePort();
    std::vector<std::string> failures(3);
    {
        std::vector<std::jthread> threads;
        for (const int rank : {0, 1, 1})
            threads.emplace_back([&failures, rank, port, slot = threads.size()] {
                try {
                    const auto exchange = openExchange({3, rank, "127.0.0.1", port, 5, false, ""}, {});
                } catch (const Error& error) {
                    failures[slot] = error.what();
                }
            });
    }
    for (const auto& failure : failures) CHECK(failure == "Two processes call themselves rank 1.");
}
