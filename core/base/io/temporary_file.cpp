#include "core/base/io/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/save.h"

namespace larmor::io {
namespace {

namespace fs = std::filesystem;

fs::path folderOf(const std::string& path) {
    const fs::path folder = fs::path(path).parent_path();
    return folder.empty() ? fs::path(".") : folder;
}

/// The file that a link points to: renaming must not put a file in place of the link.
std::string resolved(const std::string& path) {
    std::error_code error;
    if (!fs::is_symlink(path, error)) return path;
    const fs::path target = fs::weakly_canonical(path, error);
    return error ? path : target.string();
}

bool flush(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool isDone = ::fsync(file) == 0 || errno == EINVAL;  // some file systems know no fsync of folders
    const int code = errno;
    ::close(file);
    errno = code;
    return isDone;
}

/// Names of files that are on their way in this process.
class Unfinished {
public:
    void add(const std::string& path) {
        const std::lock_guard lock(m_mutex);
        m_paths.insert(path);
    }
    void forget(const std::string& path) {
        const std::lock_guard lock(m_mutex);
        m_paths.erase(path);
    }
    void removeAll() {
        const std::lock_guard lock(m_mutex);
        std::error_code ignored;
        for (const auto& path : m_paths) fs::remove(path, ignored);
    }

private:
    std::mutex m_mutex;
    std::set<std::string> m_paths;
};

// Never destroyed: a thread that ends the program may still ask for it.
Unfinished& unfinished() {
    static auto* files = new Unfinished();
    return *files;
}

}  // namespace

void removeUnfinishedFiles() {
    unfinished().removeAll();
}

void checkTarget(const std::string& path) {
    std::error_code error;
    const fs::path folder = folderOf(path);
    if (fileNameOf(path).empty() || fs::is_directory(path, error)) throw IoError(path, "", "the name of a file", "a folder");
    if (!fs::is_directory(folder, error))
        throw IoError(path, "", "a folder " + folder.string(), "there is none", "Create the folder first.");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw IoError(path, "", "a folder that can be written to", std::strerror(errno), "Choose another folder.");
    if (fs::exists(path, error) && !fs::is_regular_file(path, error)) throw IoError(path, "", "the name of a file", "a device or pipe");
}

TemporaryFile::TemporaryFile(const std::string& target) : m_target(resolved(target)) {
    static std::atomic<unsigned> counter{0};
    checkTarget(m_target);
    m_path = (folderOf(m_target) / fmt::format(".larmor-{}-{}{}", ::getpid(), counter++, extensionOf(m_target))).string();
    unfinished().add(m_path);
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    if (m_path.empty()) return;
    fs::remove(m_path, ignored);
    unfinished().forget(m_path);
}

void TemporaryFile::write(const std::function<void()>& work) const {
    try {
        work();
    } catch (const IoError& error) {
        if (error.path() != m_path) throw;
        throw IoError(m_target, error.dataset(), error.expected(), error.found(), error.hint());
    }
}

void TemporaryFile::commit() {
    if (!flush(m_path)) throw IoError(m_target, "", "space on the disk", std::strerror(errno), "Free some space or choose another folder.");
    if (::rename(m_path.c_str(), m_target.c_str()) != 0) throw IoError(m_target, "", "a file that can be replaced", std::strerror(errno));
    unfinished().forget(m_path);
    m_path.clear();
    flush(folderOf(m_target).string());
}

void writeAtomically(const std::string& path, const std::function<void(const std::string& temporary)>& write) {
    TemporaryFile file(path);
    try {
        write(file.path());
    } catch (const IoError& error) {
        // A person asked for `path`, not for the name that it had on the way.
        if (error.path() != file.path()) throw;
        throw IoError(path, error.dataset(), error.expected(), error.found(), error.hint());
    }
    file.commit();
}

void copyWhole(const std::string& from, const std::string& to) {
    (void)stampOf(from);
    if (::access(from.c_str(), R_OK) != 0) throw IoError(from, "", "a file that can be read", std::strerror(errno));
    writeAtomically(to, [&](const std::string& temporary) {
        std::error_code error;
        if (!fs::copy_file(from, temporary, error) || error)
            throw IoError(temporary, "", "a copy of " + from, error.message(), "Free some space or choose another folder.");
    });
}

}  // namespace larmor::io
