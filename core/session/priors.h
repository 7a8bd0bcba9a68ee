#pragma once
// Diffusion priors by name: where they lie, which there are.

#include <string>
#include <vector>

#include "core/base/api/plugin_manifest.h"
#include "core/base/data/prior_card.h"

namespace larmor::session {

struct KnownPrior {
    std::string file;
    PriorCard card;
};

struct PriorCatalogue {
    std::vector<KnownPrior> priors;       ///< by folder, then by file name; a name that comes twice is listed once
    std::vector<PluginFailure> failures;  ///< weights files that cannot be used, and why
};

/// Folders that are searched, first match wins: LARMOR_PRIORS (colon-separated), larmor/priors in the user's data folder
/// (XDG_DATA_HOME, else ~/.local/share), share/larmor/priors beside the program. Each with the folders in it.
[[nodiscard]] std::vector<std::string> priorFolders();
/// Reads the cards of all weights in these folders, not the weights. Anew at each call: priors come and go while a program runs.
[[nodiscard]] PriorCatalogue knownPriors();

/// @param nameOrFile  a name of knownPriors(), or a path to a .safetensors file
/// @throws UsageError that lists the priors there are and where they were looked for; IoError for a file that is missing, truncated or
/// foreign
[[nodiscard]] KnownPrior findPrior(const std::string& nameOrFile);
/// The prior of a protocol: by name or file if its weights have this hash, else any known one that has. @throws InputError
[[nodiscard]] KnownPrior findPrior(const std::string& nameOrFile, const std::string& hash);

}  // namespace larmor::session
