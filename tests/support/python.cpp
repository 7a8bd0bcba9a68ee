#include "tests/support/python.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace larmor::test {

ProgramResult runProgram(const std::string& program, const std::vector<std::string>& arguments) {
    const TempDir folder;
    const std::string out = folder.file("out"), err = folder.file("err");
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    const int error = posix_spawnp(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot run " + program + ": " + std::strerror(error));
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), readFile(out), readFile(err)};
}

std::string runPython(const std::string& script, const std::vector<std::string>& arguments) {
    const TempDir folder;
    const std::string path = folder.file("script.py");
    writeFile(path, script);
    std::vector<std::string> words{path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ProgramResult result = runProgram("/usr/bin/python3", words);
    if (result.exitCode != 0) throw std::runtime_error("the Python script failed:\n" + result.err);
    return result.out;
}

}  // namespace larmor::test
