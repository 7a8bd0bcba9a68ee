#pragma once
#include <string>

namespace larmor::session {

/// Where the program keeps what is worth having after its end and is no setting: XDG_STATE_HOME/larmor, else ~/.local/state/larmor. Not made here.
[[nodiscard]] std::string stateFolder();

}  // namespace larmor::session
