#pragma once
#include <string>
#include <vector>

namespace larmor::session {

/// Folders of an environment variable, separated by colons.
[[nodiscard]] std::vector<std::string> pathList(const char* variable);
/// Folder that holds bin/ and lib/ of the running program: the build tree, an installed tree, wherever it was moved to.
[[nodiscard]] std::string programRoot();
/// Folders that are searched for our shared libraries, first match wins: LARMOR_LIB_PATH (colon-separated), then <root>/lib.
[[nodiscard]] std::vector<std::string> libraryFolders();
/// Folders with plugins: <root>/lib/larmor/plugins, then LARMOR_PLUGIN_PATH (colon-separated).
[[nodiscard]] std::vector<std::string> pluginFolders();

}  // namespace larmor::session
