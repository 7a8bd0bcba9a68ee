#include "core/session/whole_folder.h"

#include <filesystem>

#include "core/base/error.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

void check(const std::error_code& error, const std::string& folder, const std::string& what) {
    if (error) throw IoError(folder, "", what, error.message(), "Is there room on the disk?");
}

void copyFiles(const std::string& from, const std::string& to, std::error_code& error) {
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::create_hard_links, error);
    if (!error) return;
    error.clear();  // another disk, or one that knows no links
    std::error_code ignored;
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
    for (fs::recursive_directory_iterator each(from, ignored), end; each != end; ++each)  // times tell where a run stands
        fs::last_write_time(fs::path(to) / each->path().lexically_relative(from), each->last_write_time(), ignored);
}

}  // namespace

void writeWholeFolder(const std::string& folder, const std::string& what, const std::function<void(const std::string& unfinished)>& write) {
    const fs::path target(folder), unfinished = target.parent_path() / (".unfinished-" + target.filename().string());
    std::error_code error, ignored;
    fs::remove_all(unfinished, error);
    fs::create_directories(unfinished, error);
    check(error, folder, what);
    try {
        write(unfinished.string());
        fs::remove_all(target, error);
        if (!error) fs::rename(unfinished, target, error);
        check(error, folder, what);
    } catch (...) {
        fs::remove_all(unfinished, ignored);
        throw;
    }
}

void copyWholeFolder(const std::string& from, const std::string& to, const std::string& what) {
    writeWholeFolder(to, what, [&](const std::string& unfinished) {
        std::error_code error;
        copyFiles(from, unfinished, error);
        check(error, to, what);
    });
}

}  // namespace larmor::session
