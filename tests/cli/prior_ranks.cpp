// larmor-cli prior train in two processes that share a training.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <future>

#include "tests/cli/interrupted.h"
#include "tests/cli/small_prior.h"
#include "tests/support/free_port.h"

using namespace larmor::test;

namespace {

std::vector<std::string> rankOf(const TempDir& dir, int rank, int port, std::vector<std::string> more) {
    more.insert(more.end(), {"--ranks", "2", "--rank", std::to_string(rank), "--rendezvous", "127.0.0.1:" + std::to_string(port)});
    return training(dir, more);
}

std::future<ProgramResult> inBackground(const std::vector<std::string>& arguments) {
    return std::async(std::launch::async, [arguments] { return runCli(arguments); });
}

/// Adam's moments and the averaged weights of two states agree but for rounding.
void checkStates(const std::string& one, const std::string& two) {
    (void)runPython(R"(
import sys, json, struct, numpy as np
def read(path):
    with open(path, 'rb') as f:
        n, = struct.unpack('<Q', f.read(8)); head = json.loads(f.read(n)); data = f.read()
    facts = head.pop('__metadata__')
    tensors = {k: np.frombuffer(data[v['data_offsets'][0]:v['data_offsets'][1]], '<f4').astype('f8') for k, v in head.items()}
    return tensors, json.loads(facts['larmor_training_state'])
(a, fa), (b, fb) = read(sys.argv[1]), read(sys.argv[2])
assert a.keys() == b.keys() and fa['images'] == fb['images'] == 24 and fa['steps'] == fb['steps'] == 6
assert abs(fa['loss'] / fb['loss'] - 1) < 1e-5
for part in ('first_moment/', 'second_moment/', 'average/', 'weight/'):
    x, y = (np.concatenate([s[k] for k in sorted(s) if k.startswith(part)]) for s in (a, b))
    distance = np.linalg.norm(x - y) / np.linalg.norm(y)
    assert distance < 1e-3, (part, distance)
    assert np.linalg.norm(x) > 0
)",
                    {one, two});
}

}  // namespace

TEST_CASE("prior train: two ranks end with the weights of one, and the first alone writes and reports") {
    const TempDir dir;
    makePack(dir);
    writeFile(dir.file("config.json"), R"({"network": {"channels": [8, 16], "blocks": [1, 1], "embedding": 16}, "sizes": [[48, 32]],
      "precision": "float32", "validation_images": 1, "sample_sheet": 0, "learning_rate": {"ramp_images": 0}})");
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    REQUIRE(runCli(training(dir, {"--images", "24"})).exitCode == 0);
    std::filesystem::rename(dir.file("run"), dir.file("alone"));
    const int port = freePort();
    auto second = inBackground(rankOf(dir, 1, port, {"--images", "24"}));
    const auto first = runCli(rankOf(dir, 0, port, {"--images", "24"}));
    CAPTURE(first.err);
    CHECK(first.exitCode == 0);
    CHECK(contains(first.out, "24 images"));
    const auto other = second.get();
    CAPTURE(other.err);
    CHECK(other.exitCode == 0);
    CHECK(other.out == "");
    checkStates(dir.file("run/state.safetensors"), dir.file("alone/state.safetensors"));
}

TEST_CASE("prior train: a stop of one rank stops both at the same step; torchrun's environment stands in for the flags") {
    const TempDir dir;
    makePack(dir);
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    const int port = freePort();
    const auto arguments = training(dir, {"--images", "1000000"});
    std::vector<std::string> first{"WORLD_SIZE=2", "RANK=0", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + std::to_string(port), cliPath()};
    first.insert(first.end(), arguments.begin(), arguments.end());
    auto writer = std::async(std::launch::async, [first] { return runProgram("/usr/bin/env", first); });
    CHECK(interrupted(rankOf(dir, 1, port, {"--images", "1000000"}), dir.file("run/prior.safetensors"), SIGTERM) == 0);
    const auto ended = writer.get();
    CAPTURE(ended.err);
    CHECK(ended.exitCode == 0);
    CHECK(contains(ended.out, "--resume goes on"));
    const auto seen = runCliJson({"prior", "info", dir.file("run/prior.safetensors")}).at("images_seen").get<std::int64_t>();
    CHECK(seen > 0);
    CHECK(seen % 4 == 0);
    // Fewer ranks may go on.
    const auto more = runCliJson(training(dir, {"--images", std::to_string(seen + 8), "--resume"}));
    CHECK(more.at("images") == seen + 8);
}

TEST_CASE("prior train: where a rank is killed the other says so at once and its last checkpoint is whole") {
    const TempDir dir;
    makePack(dir);
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    const int port = freePort();
    auto writer = inBackground(rankOf(dir, 0, port, {"--images", "1000000"}));
    CHECK(interrupted(rankOf(dir, 1, port, {"--images", "1000000"}), dir.file("run/prior.safetensors"), SIGKILL) == 128 + SIGKILL);
    const auto ended = writer.get();
    CHECK(ended.exitCode == 3);
    CHECK(contains(ended.err, "Rank 1 ended before the training did."));
    CHECK(contains(ended.err, "--resume"));
    CHECK(runCli(training(dir, {"--for", "1s", "--resume"})).exitCode == 0);
}

TEST_CASE("prior train: ranks that do not fit are refused") {
    const TempDir dir;
    makePack(dir);
    REQUIRE(runCli(packing(dir)).exitCode == 0);
    const auto fails = [&](const std::vector<std::string>& more, int code, const std::string& text) {
        std::vector<std::string> all{"--images", "8"};
        all.insert(all.end(), more.begin(), more.end());
        const auto result = runCli(training(dir, all));
        CAPTURE(result.err);
        CHECK(result.exitCode == code);
        CHECK(contains(result.err, text));
    };
    fails({"--ranks", "2"}, 1, "--rendezvous HOST:PORT");
    fails({"--ranks", "2", "--rank", "2", "--rendezvous", "127.0.0.1:9"}, 1, "There is no rank 2 of 2.");
    fails({"--ranks", "2", "--rendezvous", "nonsense"}, 1, "'nonsense' is not HOST:PORT.");
    fails({"--ranks", "2", "--rendezvous", "127.0.0.1:x"}, 1, "'x' is not a number");
    fails({"--ranks", "3", "--rendezvous", "127.0.0.1:9"}, 1, "cannot be shared evenly by 3 ranks");
    fails({"--ranks", "2", "--rendezvous", "127.0.0.1:" + std::to_string(freePort()), "--rank-timeout", "1s"}, 3,
          "Only 1 of 2 ranks came within 1 s.");
    const int port = freePort();
    auto second = inBackground(rankOf(dir, 1, port, {"--images", "8", "--lr", "1e-3"}));
    const auto first = runCli(rankOf(dir, 0, port, {"--images", "8"}));
    CHECK(first.exitCode == 2);
    CHECK(contains(first.err, "Rank 1 has another configuration than rank 0."));
    CHECK(contains(second.get().err, "Rank 1 has another configuration than rank 0."));
}
