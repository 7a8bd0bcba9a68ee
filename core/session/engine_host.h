#pragma once
// Where the application finds what computes. larmor_recon, and with it LibTorch, is loaded when something first needs it.

#include <string>

#include "core/base/api/coil_lab.h"
#include "core/base/api/engine.h"
#include "core/base/api/prior_lab.h"

namespace larmor::session {

/// The engine. Classical reconstruction of slices on the CPU needs nothing more; the rest loads LibTorch when it is first asked for (about
/// 0.15 s). Thread-safe. What it does @throws PluginError that names the library and the reason, where that cannot be loaded.
[[nodiscard]] Engine& engine();
/// Where coils are whitened and compressed; loads the same library. Thread-safe. @throws PluginError
[[nodiscard]] CoilLab& coilLab();
/// Where priors are trained and judged; loads the same library. Thread-safe. @throws PluginError
[[nodiscard]] PriorLab& priorLab();

/// Plugins beside the program (build tree and installed tree) and in LARMOR_PLUGIN_PATH. Read once.
[[nodiscard]] const PluginCatalogue& plugins();

/// Folder of the running program's libraries, resources and plugins, found from the program itself, so that the tree can be moved.
[[nodiscard]] std::string pluginFolder();

}  // namespace larmor::session
