#pragma once
// Loads larmor_recon, and with it LibTorch, when something is first computed.

#include <string>

#include "core/base/api/coil_lab.h"
#include "core/base/api/engine.h"
#include "core/base/api/prior_lab.h"

namespace larmor::session {

/// The engine; loads it on the first call (about 0.3 s). Thread-safe. @throws PluginError that names the library and the reason.
[[nodiscard]] Engine& engine();
/// Where coils are whitened and compressed; loads the same library. Thread-safe. @throws PluginError
[[nodiscard]] CoilLab& coilLab();
/// Where priors are trained and judged; loads the same library. Thread-safe. @throws PluginError
[[nodiscard]] PriorLab& priorLab();
/// True once engine() was called: for the test that help loads nothing.
[[nodiscard]] bool engineIsLoaded();

/// Plugins beside the program (build tree and installed tree) and in LARMOR_PLUGIN_PATH. Read once.
[[nodiscard]] const PluginCatalogue& plugins();

/// Folder of the running program's libraries, resources and plugins, found from the program itself, so that the tree can be moved.
[[nodiscard]] std::string pluginFolder();

}  // namespace larmor::session
