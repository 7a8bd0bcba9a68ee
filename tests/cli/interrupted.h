#pragma once
// A program that is stopped or killed in the midst of its work.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>

#include "tests/cli/cli_program.h"

extern char** environ;

namespace larmor::test {

/// Starts the program; sends the signal once the file is there. @return its exit code, 128 + signal where it was killed
inline int interrupted(const std::vector<std::string>& arguments, const std::string& file, int signal) {
    std::vector<std::string> words = arguments;
    words.insert(words.begin(), cliPath());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    if (posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
        throw std::runtime_error("the program cannot be started");
    int status = 0;
    while (!std::filesystem::exists(file) && waitpid(child, &status, WNOHANG) == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    kill(child, signal);
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace larmor::test
