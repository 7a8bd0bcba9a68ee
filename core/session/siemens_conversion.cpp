#include "core/session/siemens_conversion.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/io/temporary_file.h"
#include "core/base/log.h"
#include "core/session/shell_quote.h"

extern char** environ;

namespace larmor::session {

namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "siemens_to_ismrmrd";

bool isOnPath(const std::string& program) {
    const char* folders = std::getenv("PATH");
    std::istringstream all(folders ? folders : "");
    for (std::string folder; std::getline(all, folder, ':');)
        if (::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
    return false;
}

fs::path cacheFolder() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const fs::path base = cache && *cache ? fs::path(cache) : home && *home ? fs::path(home) / ".cache" : fs::temp_directory_path();
    return base / "larmor" / "siemens";
}

/// Name of the converted file: another one once the source changes.
fs::path cachedName(const std::string& path) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error).time_since_epoch().count();
    const std::string key = fmt::format("{}:{}:{}", fs::absolute(path).string(), fs::file_size(path, error), time);
    const std::vector<std::uint8_t> bytes(key.begin(), key.end());
    return cacheFolder() / (sha256(bytes).substr(0, 32) + ".h5");
}

/// Exit code of the program; its words go to `messages`.
int runProgram(std::vector<std::string> words, const std::string& messages, const RunControl& run) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = 0;
    const int error = posix_spawnp(&child, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return 127;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (run.stop.stop_requested()) {
            ::kill(child, SIGTERM);
            ::waitpid(child, &status, 0);
            throw Cancelled();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The end of what it said, on one line.
std::string lastWords(const std::string& messages) {
    std::ifstream in(messages);
    std::string last;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) last = line;
    return last.empty() ? "it said nothing" : "it said: " + last;
}

}  // namespace

std::string convertedSiemens(const std::string& path, std::int64_t measurements, const RunControl& run) {
    const std::string command = fmt::format("{} -f {} -z {} -o {}", kProgram, shellQuoted(path), measurements,
                                            shellQuoted(fs::path(path).replace_extension(".h5").string()));
    const fs::path target = cachedName(path);
    if (fs::exists(target)) return target.string();
    if (!isOnPath(kProgram))
        throw InputError(fmt::format("{} is raw data of a Siemens scanner, which has to be converted to ISMRMRD first.", path),
                         fmt::format("Install {0} (github.com/ismrmrd/{0}) and open the file again, or run: {1}", kProgram, command));
    fs::create_directories(target.parent_path());
    log(LogLevel::Info, "io", fmt::format("converting {} by {}", path, kProgram));
    io::TemporaryFile file(target.string());
    const std::string messages = file.path() + ".log";
    const int code = runProgram({kProgram, "-f", path, "-z", std::to_string(measurements), "-o", file.path()}, messages, run);
    const std::string words = lastWords(messages);
    std::error_code ignored;
    fs::remove(messages, ignored);
    if (code != 0 || !fs::exists(file.path()))
        throw InputError(fmt::format("{} could not convert {}: exit code {}, {}.", kProgram, path, code, words),
                         "Try it by hand: " + command);
    file.commit();
    return target.string();
}

}  // namespace larmor::session
