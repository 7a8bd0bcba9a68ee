#include "core/session/source_hash.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

#include <sys/stat.h>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace larmor::session {

namespace {

namespace fs = std::filesystem;

/// Changes when the content of a file does: device, inode, size, and the times of its content and of its entry in nanoseconds.
using FileState = std::array<std::int64_t, 7>;

std::optional<FileState> stateOf(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
    return FileState{static_cast<std::int64_t>(facts.st_dev),
                     static_cast<std::int64_t>(facts.st_ino),
                     facts.st_size,
                     facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec,
                     facts.st_ctim.tv_sec,
                     facts.st_ctim.tv_nsec};
}

/// Hashes of the files that were asked for, as long as the program runs: a few dozen bytes each.
class KnownHashes {
public:
    std::optional<std::string> find(const std::string& path, const FileState& state) const {
        const std::lock_guard lock(m_mutex);
        const auto known = m_hashes.find(path);
        if (known == m_hashes.end() || known->second.state != state) return std::nullopt;
        return known->second.hash;
    }
    void keep(const std::string& path, const FileState& state, const std::string& hash) {
        const std::lock_guard lock(m_mutex);
        m_hashes[path] = {state, hash};
    }

private:
    struct Known {
        FileState state;
        std::string hash;
    };
    mutable std::mutex m_mutex;
    std::map<std::string, Known> m_hashes;
};

std::string contentPath(const std::string& path) {
    const fs::path file(path);
    if (file.extension() == ".hdr") return fs::path(file).replace_extension(".cfl").string();
    return !fs::exists(file) && fs::exists(path + ".cfl") ? path + ".cfl" : path;
}

}  // namespace

std::string hashOfSource(const std::string& path, const std::stop_token& stop) {
    static KnownHashes known;
    std::error_code error;
    const auto file = fs::absolute(contentPath(path), error).string();
    const auto before = stateOf(file);
    if (before)
        if (auto hash = known.find(file, *before)) return *hash;
    auto hash = sha256OfFile(file, stop);
    if (before && stateOf(file) == before) known.keep(file, *before, hash);  // not where it changed while it was read
    return hash;
}

std::int64_t sizeOfSource(const std::string& path) {
    std::error_code error;
    const auto bytes = fs::file_size(contentPath(path), error);
    if (error) throw IoError(path, "", "a file", error.message());
    return static_cast<std::int64_t>(bytes);
}

bool hasSource(const std::string& path) {
    std::error_code error;
    return !path.empty() && fs::is_regular_file(contentPath(path), error);
}

}  // namespace larmor::session
