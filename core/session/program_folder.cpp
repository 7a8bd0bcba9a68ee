#include "core/session/program_folder.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "core/base/error.h"
#include "core/session/engine_host.h"

namespace larmor::session {

std::vector<std::string> pathList(const char* variable) {
    std::vector<std::string> folders;
    const char* text = std::getenv(variable);
    if (!text) return folders;
    std::istringstream stream(text);
    for (std::string folder; std::getline(stream, folder, ':');)
        if (!folder.empty()) folders.push_back(folder);
    return folders;
}

std::string programRoot() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) throw PluginError("The folder of the running program is not known: " + error.message() + ".");
    return program.parent_path().parent_path().string();
}

std::vector<std::string> libraryFolders() {
    auto folders = pathList("LARMOR_LIB_PATH");
    folders.push_back(programRoot() + "/lib");
    return folders;
}

std::string pluginFolder() { return programRoot() + "/lib/larmor/plugins"; }

std::vector<std::string> pluginFolders() {
    std::vector<std::string> folders{pluginFolder()};
    for (auto& folder : pathList("LARMOR_PLUGIN_PATH")) folders.push_back(std::move(folder));
    return folders;
}

}  // namespace larmor::session
