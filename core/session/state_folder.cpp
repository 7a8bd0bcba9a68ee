#include "core/session/state_folder.h"

#include <cstdlib>
#include <filesystem>

namespace larmor::session {

std::string stateFolder() {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    const auto base = state && *state ? std::filesystem::path(state) : std::filesystem::path(home && *home ? home : "/tmp") / ".local" / "state";
    return (base / "larmor").string();
}

}  // namespace larmor::session
