// How much memory a process may still take, within control groups of both versions as the system shows them in files.

#include <doctest/doctest.h>

#include <filesystem>

#include "core/session/available_memory.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Groups {
    test::TempDir folder;
    void put(const std::string& file, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(folder.file(file)).parent_path());
        test::writeFile(folder.file(file), text);
    }
    [[nodiscard]] std::optional<std::int64_t> left(const std::string& membership) const { return leftInControlGroups(folder.path(), membership); }
};

}  // namespace

TEST_CASE("version 2: the tightest group counts, and pages of files that nobody uses are free") {
    const Groups groups;
    groups.put("memory.max", "max\n");
    groups.put("user/memory.max", "5000\n");
    groups.put("user/memory.current", "4000\n");
    groups.put("user/memory.stat", "anon 1000\ninactive_file 2500\nactive_file 500\n");
    groups.put("user/job/memory.max", "9000\n");
    groups.put("user/job/memory.current", "100\n");
    CHECK(groups.left("0::/user/job\n") == 3500);
    CHECK(groups.left("0::/user/job/deeper\n") == 3500);
    CHECK_FALSE(groups.left("0::/\n"));
    CHECK_FALSE(groups.left("0::/elsewhere\n"));
    groups.put("user/memory.current", "9000\n");
    CHECK(groups.left("0::/user\n") == 1);  // no more, but known
}

TEST_CASE("version 1: the memory controller among others") {
    const Groups groups;
    groups.put("memory/memory.limit_in_bytes", "9223372036854771712\n");
    groups.put("memory/box/memory.limit_in_bytes", "8000\n");
    groups.put("memory/box/memory.usage_in_bytes", "3000\n");
    groups.put("memory/box/memory.stat", "cache 2500\ntotal_inactive_file 1000\n");
    CHECK(groups.left("9:name=systemd:/box\n4:memory:/box\n3:cpuset:/\n0::/\n") == 6000);
    CHECK_FALSE(groups.left("3:cpuset:/box\n"));
    CHECK_FALSE(groups.left(""));
    CHECK_FALSE(groups.left("nonsense"));
}

TEST_CASE("this machine says something") {
    CHECK(availableMemory() > std::int64_t{100} << 20);
}
