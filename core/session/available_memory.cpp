#include "core/session/available_memory.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

/// What one version of control groups calls its files.
struct Version {
    const char *folder, *limit, *used, *reclaimable;
};
constexpr Version kFirst{"memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr Version kSecond{"", "memory.max", "memory.current", "inactive_file"};

std::int64_t numberIn(const fs::path& path) {
    std::int64_t value = 0;
    std::ifstream file(path);
    return file >> value ? value : 0;  // "max": none
}

/// Of a file with a name, a number and perhaps a unit a line.
std::int64_t numberIn(const fs::path& path, const std::string& wanted) {
    std::ifstream file(path);
    std::string name, rest;
    for (std::int64_t value = 0; file >> name >> value; std::getline(file, rest))
        if (name == wanted) return value;
    return 0;
}

std::optional<std::int64_t> leftIn(const fs::path& group, const Version& version) {
    constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;  // version 1 says "none" as a number of about 2^63
    const auto limit = numberIn(group / version.limit);
    if (limit <= 0 || limit >= kNoLimit) return std::nullopt;
    const auto held = numberIn(group / version.used) - numberIn(group / "memory.stat", version.reclaimable);
    return std::max<std::int64_t>(1, limit - std::max<std::int64_t>(0, held));
}

std::int64_t freeOnMachine() {
    return numberIn("/proc/meminfo", "MemAvailable:") << 10;
}

}  // namespace

std::optional<std::int64_t> leftInControlGroups(const std::string& root, const std::string& membership) {
    std::optional<std::int64_t> left;
    std::istringstream lines(membership);
    for (std::string line; std::getline(lines, line);) {  // "4:memory:/a/b" or "0::/a/b"
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const auto controllers = line.substr(first + 1, second - first - 1);
        if (!controllers.empty() && controllers != "memory") continue;
        const Version& version = controllers.empty() ? kSecond : kFirst;
        const fs::path mounted = fs::path(root) / version.folder;
        // Within a container the path may be one of outside; each group above limits too.
        for (fs::path group = fs::path(line.substr(second + 1)).relative_path();; group = group.parent_path()) {
            if (const auto here = leftIn(mounted / group, version)) left = std::min(left.value_or(*here), *here);
            if (group.empty()) break;
        }
    }
    return left;
}

std::int64_t availableMemory() {
    const auto machine = freeOnMachine();
    std::ifstream file("/proc/self/cgroup");
    const std::string membership{std::istreambuf_iterator<char>(file), {}};
    const auto left = leftInControlGroups("/sys/fs/cgroup", membership);
    if (!left) return machine;
    return machine > 0 ? std::min(machine, *left) : *left;
}

}  // namespace larmor::session
