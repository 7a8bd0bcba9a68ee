// What the open scan keeps in memory: the slices that are shown, and of the others as many as were asked for.

#include <doctest/doctest.h>

#include <map>

#include "core/session/slice_memory.h"
#include "core/session/workbench/slice_store.h"
#include "tests/session/pump.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kSliceBytes = (4 + 1) * 32 * 32 * 8 + 32 * 32;  // of 4 coils, the reference and the mask of what was acquired

struct SliceMemoryGuard {
    explicit SliceMemoryGuard(std::int64_t bytes) : before(sliceMemory()) { setSliceMemory(bytes); }
    ~SliceMemoryGuard() { setSliceMemory(before); }
    std::int64_t before;
};

/// Six slices in memory, and how often each was read for k-space.
struct Fixture {
    Fixture() {
        test::writeFile(folder.file("source.bin"), "source");
        std::vector<ComplexArray> slices;
        for (std::uint64_t i = 0; i < 6; ++i) slices.push_back(test::phantomKspace(4, 32, 32, 0.01, i + 1));
        scan = std::make_shared<test::MemoryAcquisition>(slices, folder.file("source.bin"));
        store.reset(scan, std::nullopt);
    }
    void show(std::vector<std::int64_t> slices) {
        store.want(slices);
        REQUIRE(pump.until([&] {
            return std::all_of(slices.begin(), slices.end(), [&](auto slice) { return store.kspace(slice) && store.reference(slice); });
        }));
    }
    [[nodiscard]] std::vector<std::int64_t> kept() const {
        std::vector<std::int64_t> found;
        for (std::int64_t slice = 0; slice < 6; ++slice) {
            CHECK((store.kspace(slice) == nullptr) == (store.reference(slice) == nullptr));
            if (store.kspace(slice)) found.push_back(slice);
        }
        return found;
    }

    test::TempDir folder;
    test::Pump pump;
    std::shared_ptr<test::MemoryAcquisition> scan;
    Background background{pump.post()};
    std::vector<std::int64_t> failed;
    SliceStore store{background, {[](std::int64_t) {}, [](std::int64_t) {}, [this](std::int64_t slice, const Problem&) { failed.push_back(slice); }}};
};

}  // namespace

TEST_CASE("slices that were looked at last are kept up to the memory that was asked for; what is shown always is") {
    const SliceMemoryGuard memory(3 * kSliceBytes);
    Fixture f;
    for (std::int64_t slice = 0; slice < 3; ++slice) f.show({slice});
    CHECK(f.store.bytes() == 3 * kSliceBytes);
    CHECK(f.kept() == std::vector<std::int64_t>{0, 1, 2});
    f.show({0});  // was looked at last, and is not read again
    f.show({3});
    CHECK(f.kept() == std::vector<std::int64_t>{0, 2, 3});
    f.show({5, 4});
    CHECK(f.kept() == std::vector<std::int64_t>{3, 4, 5});
    setSliceMemory(1);
    f.show({1, 2, 3, 4});
    CHECK(f.kept() == std::vector<std::int64_t>{1, 2, 3, 4});
    f.show({0});
    CHECK(f.kept() == std::vector<std::int64_t>{0});
    CHECK(f.failed.empty());
}

TEST_CASE("with memory for all, no slice is read twice") {
    const SliceMemoryGuard memory(100 * kSliceBytes);
    Fixture f;
    for (int round = 0; round < 2; ++round)
        for (std::int64_t slice = 0; slice < 6; ++slice) {
            if (round == 1) f.scan->onRead = [](std::int64_t) { FAIL("a slice that is kept was read again"); };
            f.show({slice});
        }
    CHECK(f.kept().size() == 6);
}

TEST_CASE("amounts of memory in words") {
    CHECK(memorySizeFromText("1") == 1);
    CHECK(memorySizeFromText("300M") == 300 * 1048576);
    CHECK(memorySizeFromText("1.5G") == 1610612736);
    CHECK(memorySizeFromText("64K") == 65536);
    for (const char* wrong : {"", "M", "12X", "-1M", "0", "nan", "1e3M", "2 G", "99999G", "inf"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS((void)memorySizeFromText(wrong), UsageError);
    }
    setSliceMemory(0);
    CHECK(sliceMemory() == kDefaultSliceMemory);
    const test::EnvironmentGuard set("LARMOR_SLICE_MEMORY", "96M");
    CHECK(sliceMemory() == 96 * 1048576);
    const test::EnvironmentGuard wrong("LARMOR_SLICE_MEMORY", "much");
    CHECK_THROWS_WITH_AS((void)sliceMemory(), doctest::Contains("LARMOR_SLICE_MEMORY: 'much' is no amount of memory."), UsageError);
}
