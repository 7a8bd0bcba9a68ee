#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/session/reconstruct.h"
#include "core/session/replay.h"
#include "core/session/source_hash.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::size_t kBytes = std::size_t{4} << 20;

/// Bytes that this process has read so far, from anywhere.
std::int64_t bytesRead() {
    const auto text = test::readFile("/proc/self/io");
    return std::stoll(text.substr(text.find("rchar:") + 6));
}

std::int64_t cost(const std::string& path) {
    const auto before = bytesRead();
    (void)hashOfSource(path);
    return bytesRead() - before;
}

}  // namespace

TEST_CASE("a source is read once for its hash, and again where it changed") {
    const test::TempDir folder;
    const auto path = folder.file("scan.bin");
    test::writeFile(path, std::string(kBytes, 'a'));
    CHECK(cost(path) >= static_cast<std::int64_t>(kBytes));
    CHECK(cost(path) < static_cast<std::int64_t>(kBytes) / 4);
    CHECK(hashOfSource(path) == sha256OfFile(path));
    test::writeFile(path, std::string(kBytes + 1, 'b'));
    CHECK(hashOfSource(path) == sha256OfFile(path));
    CHECK_THROWS_AS((void)hashOfSource(folder.file("missing.bin")), IoError);
}

TEST_CASE("the hash of a BART pair is that of its samples") {
    const test::TempDir folder;
    test::writeFile(folder.file("k.hdr"), "# Dimensions\n2\n");
    test::writeFile(folder.file("k.cfl"), "0123456789abcdef");
    for (const char* name : {"k.hdr", "k.cfl", "k"}) CHECK(hashOfSource(folder.file(name)) == sha256OfFile(folder.file("k.cfl")));
}

TEST_CASE("a stop is answered while a source is hashed") {
    const test::TempDir folder;
    const auto path = folder.file("scan.bin");
    test::writeFile(path, std::string(kBytes, 'a'));
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS((void)hashOfSource(path, stop.get_token()), Cancelled);
    CHECK(hashOfSource(path) == sha256OfFile(path));  // nothing of the broken attempt is kept
}

TEST_CASE("an image that is only shown needs no hash, and is no result that can be replayed") {
    const test::TempDir folder;
    ReconstructionRequest request;
    request.acquisition = std::make_shared<test::MemoryAcquisition>(std::vector{test::phantomKspace(4, 32, 32)}, folder.file("not there"));
    request.method = "zero-filled";
    CHECK_THROWS_AS((void)reconstruct(request, {}), IoError);
    request.hashSource = false;
    const auto result = reconstruct(request, {});
    CHECK(result.protocol.sourceHash.empty());
    CHECK_THROWS_AS((void)requestOf(result), InputError);
}
