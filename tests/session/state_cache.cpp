#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <limits>
#include <thread>

#include "core/base/log.h"
#include "core/base/rng.h"
#include "core/session/steering/state_cache.h"
#include "core/session/steering/thumbnail.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kRows = 20, kColumns = 16;
constexpr std::size_t kStepBytes = 3 * kRows * kColumns * sizeof(cfloat);

ComplexArray noise(Shape shape, std::uint64_t stream) {
    NoiseSource source(3, stream);
    ComplexArray array(std::move(shape));
    for (auto& value : array.values()) value = {static_cast<float>(source.normal()), static_cast<float>(source.normal())};
    return array;
}

KeptStep stepOf(std::int64_t step, BranchId branch = 1) {
    const auto stream = static_cast<std::uint64_t>(branch * 1000 + step);
    StepSummary summary;
    summary.key = {branch, 0, step};
    summary.values = {{"zeta", "1.5"}, {"noise", 0.1}};
    summary.sigma = 1.0 / (3.0 + static_cast<double>(step));
    summary.residual = 0.1 * static_cast<double>(step);
    summary.noiseResidual = 1.25;
    summary.nrmse = 0.3;
    KeptStep kept;
    kept.estimate = noise({kRows, kColumns}, stream);
    summary.thumbnail = thumbnailOf(kept.estimate);
    kept.state = {
        step, {1.0, 1.0 / 3.0, 0.01}, {{"x", noise({1, kRows, kColumns}, stream + 1)}, {"v", noise({1, kRows, kColumns}, stream + 2)}}};
    kept.summary = std::make_shared<const StepSummary>(std::move(summary));
    return kept;
}

bool same(const std::shared_ptr<const KeptStep>& found, const KeptStep& put) {
    return found && found->estimate == put.estimate && found->state.arrays == put.state.arrays && found->state.levels == put.state.levels &&
           found->state.step == put.state.step && *found->summary == *put.summary;
}

std::size_t fileCount(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
}

struct Warnings {
    std::atomic<int> count{0};
    int sink = addLogSink([this](const LogLine&) { ++count; }, LogLevel::Warning);
    Warnings() = default;
    Warnings(const Warnings&) = delete;
    Warnings& operator=(const Warnings&) = delete;
    ~Warnings() { removeLogSink(sink); }
};

void flipByte(const std::string& path, std::size_t fromEnd) {
    auto bytes = test::readFile(path);
    auto& byte = bytes.at(bytes.size() - fromEnd);
    byte = static_cast<char>(byte ^ 0x10);
    test::writeFile(path, bytes);
}

}  // namespace

TEST_CASE("a thumbnail is the mean magnitude of boxes, and keeps what is there at the border") {
    ComplexArray image({5, 4});
    for (std::int64_t i = 0; i < image.size(); ++i) image[i] = cfloat(0, static_cast<float>(i));
    const auto small = thumbnailOf(image, 3);  // boxes of 2 x 2
    CHECK(small.shape() == Shape{3, 2});
    CHECK(small(0, 0) == (0 + 1 + 4 + 5) / 4.0F);
    CHECK(small(1, 1) == (10 + 11 + 14 + 15) / 4.0F);
    CHECK(small(2, 0) == (16 + 17) / 2.0F);
    CHECK(thumbnailOf(image) == magnitude(image));
    CHECK(thumbnailOf(ComplexArray({640, 100})).shape() == Shape{92, 15});
}

TEST_CASE("memory keeps to its budget, and everything is found again bit for bit") {
    const test::TempDir folder;
    {
        StateCache cache({folder.path(), 4 * kStepBytes + 100});
        for (std::int64_t k = 0; k < 20; ++k) {
            cache.put(stepOf(k));
            CHECK(cache.memoryBytes() <= 4 * kStepBytes + 100);
        }
        CHECK(fileCount(folder.path()) == 16);
        for (const std::int64_t k : {0, 7, 19, 0, 12}) CHECK(same(cache.find({1, 0, k}), stepOf(k)));
        CHECK(cache.memoryBytes() <= 4 * kStepBytes + 100);
        CHECK(cache.find({1, 0, 20}) == nullptr);
        CHECK(cache.find({2, 0, 3}) == nullptr);
    }
    CHECK(fileCount(folder.path()) == 0);
}

TEST_CASE("the least recently used goes first") {
    const test::TempDir folder;
    StateCache cache({folder.path(), 3 * kStepBytes});
    for (std::int64_t k = 0; k < 3; ++k) cache.put(stepOf(k));
    (void)cache.find({1, 0, 0});
    cache.put(stepOf(3));
    CHECK(fs::exists(folder.file(stepFileName({1, 0, 1}))));
    CHECK_FALSE(fs::exists(folder.file(stepFileName({1, 0, 0}))));
}

TEST_CASE("a lasting cache has every step on disk at once, and another one takes them over") {
    const test::TempDir folder;
    StateCacheOptions options{folder.path()};
    options.lasting = true;
    {
        StateCache cache(options);
        for (std::int64_t k = 0; k < 5; ++k) {
            cache.put(stepOf(k));
            CHECK(fs::exists(folder.file(stepFileName({1, 0, k}))));
        }
        cache.put(stepOf(3, 2));
    }
    test::writeFile(folder.file(".larmor-1-0.safetensors"), "half a step");
    StateCache again(options);
    CHECK_FALSE(fs::exists(folder.file(".larmor-1-0.safetensors")));
    CHECK(again.steps().size() == 6);
    CHECK(again.memoryBytes() == 0);
    for (std::int64_t k = 0; k < 5; ++k) CHECK(same(again.find({1, 0, k}), stepOf(k)));
    again.drop(1);
    CHECK(again.steps().size() == 1);
    CHECK(fileCount(folder.path()) == 1);
    CHECK(again.diskBytes() == fs::file_size(folder.file(stepFileName({2, 0, 3}))));
}

TEST_CASE("damaged files are left out with a line in the log") {
    const test::TempDir folder;
    StateCacheOptions options{folder.path()};
    options.lasting = true;
    {
        StateCache cache(options);
        for (std::int64_t k = 0; k < 5; ++k) cache.put(stepOf(k));
    }
    const auto path = [&](std::int64_t k) { return folder.file(stepFileName({1, 0, k})); };
    fs::resize_file(path(0), fs::file_size(path(0)) - 1);  // cut short
    flipByte(path(1), 10);                                 // in an array
    auto facts = test::readFile(path(2));
    facts.replace(facts.find("zeta"), 4, "beta");  // in the facts
    test::writeFile(path(2), facts);
    test::writeFile(path(3), "");
    const Warnings warnings;
    StateCache cache(options);
    CHECK(warnings.count == 3);
    CHECK(cache.find({1, 0, 0}) == nullptr);
    CHECK(cache.find({1, 0, 1}) == nullptr);
    CHECK(warnings.count == 4);
    CHECK(cache.find({1, 0, 2}) == nullptr);
    CHECK(cache.find({1, 0, 3}) == nullptr);
    CHECK(same(cache.find({1, 0, 4}), stepOf(4)));
    cache.put(stepOf(1));
    CHECK(same(cache.find({1, 0, 1}), stepOf(1)));
}

TEST_CASE("NaN figures of the state before the first step survive a file") {
    const test::TempDir folder;
    auto first = stepOf(0);
    StepSummary summary = *first.summary;
    summary.sigma = std::numeric_limits<double>::quiet_NaN();
    first.summary = std::make_shared<const StepSummary>(summary);
    writeStep(folder.file("a.safetensors"), first, true);
    CHECK(std::isnan(readStep(folder.file("a.safetensors")).summary->sigma));
}

TEST_CASE("above the disk limit old steps are thinned out, never the first, the last or one where a branch leaves") {
    const test::TempDir folder;
    StateCacheOptions options{folder.path()};
    options.lasting = true;
    std::uint64_t whole = 0;
    {
        StateCache cache(options);
        cache.put(stepOf(0, 9));
        whole = cache.diskBytes();
        cache.drop(9);
    }
    options.diskBytes = 60 * whole;
    StateCache cache(options);
    constexpr std::int64_t kSteps = 120;
    for (std::int64_t k = 0; k <= kSteps; ++k) {
        cache.put(stepOf(k));
        if (k == 3) cache.pin({1, 0, 3});
        CHECK(cache.diskBytes() <= options.diskBytes);
    }
    std::vector<std::int64_t> kept;
    for (const auto& view : cache.steps()) {
        CHECK(view.summary->thumbnail.shape() == Shape{kRows, kColumns});
        if (view.kept) kept.push_back(view.summary->key.step);
    }
    CHECK(cache.steps().size() == kSteps + 1);
    CHECK(kept.front() == 0);
    CHECK(kept.back() == kSteps);
    CHECK(std::find(kept.begin(), kept.end(), 3) != kept.end());
    CHECK(kept.size() > 5);
    for (const auto step : kept)
        if (step < 20 && step != 3) CHECK(step % 2 == 0);  // the oldest go first
    CHECK(cache.find({1, 0, 1}) == nullptr);
    for (const auto step : kept) CHECK(same(cache.find({1, 0, step}), stepOf(step)));
    StateCache again(options);
    CHECK(again.steps().size() == kSteps + 1);
    CHECK(again.find({1, 0, 1}) == nullptr);
}

TEST_CASE("one thread keeps steps while others read them and drop branches") {
    const test::TempDir folder;
    StateCacheOptions options{folder.path(), 3 * kStepBytes, 40 * kStepBytes};
    options.lasting = true;
    StateCache cache(options);
    std::atomic<bool> over{false};
    std::atomic<int> wrong{0};
    const auto reader = [&](std::int64_t offset) {
        for (std::int64_t i = 0; !over; ++i) {
            const auto step = (i * 7 + offset) % 40;
            const auto found = cache.find({1, 0, step});
            if (found && !same(found, stepOf(step))) ++wrong;
            (void)cache.steps();
            if (i % 16 == 0) cache.pin({1, 0, step});
            if (i % 32 == 0) cache.drop(2);
        }
    };
    std::thread first(reader, 0), second(reader, 3);
    for (std::int64_t k = 0; k < 40; ++k) {
        cache.put(stepOf(k));
        cache.put(stepOf(k, 2));
    }
    over = true;
    first.join();
    second.join();
    CHECK(wrong == 0);
    CHECK(same(cache.find({1, 0, 39}), stepOf(39)));
}
