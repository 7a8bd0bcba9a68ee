#pragma once
// What a plugin says of itself before anything is loaded: a sidecar JSON beside its shared object.
//
//   { "id": "cg-sense", "kind": "method", "name": "CG-SENSE", "api": 1, "library": "method_cg_sense",
//     "summary": "...", "reference": "Pruessmann 2001", "needs": ["maps"], "iterative": true,
//     "cpu": "cg-sense", "bart": "pics -d0 -i {iterations} ...", "params": [ ... see paramListFromJson ... ] }
//
// id, kind, name, api and library are required. "order" (an integer) places it in lists.

#include <optional>
#include <string>
#include <vector>

#include "core/base/param_spec.h"

namespace larmor {

/// Compared before a plugin is loaded. We promise source compatibility within one number, not binary compatibility.
inline constexpr int kPluginApi = 1;

struct PluginManifest {
    std::string id, kind, name, summary, reference;
    std::string library;             ///< absolute path of the shared object
    std::vector<std::string> needs;  ///< "maps", "prior", "series"
    bool iterative = false;          ///< reports steps and previews
    std::string bart;                ///< BART's equivalent, "{name}" stands for a parameter, "{name?yes:no}" for a text by a boolean one; empty: there is none
    std::string cpu;                 ///< method of larmor_cpu (core/cpu/methods.h) that does the same on the CPU; empty: the shared object does it there too
    ParamList params;
    [[nodiscard]] LARMOR_BASE_EXPORT bool needsMaps() const;
    [[nodiscard]] LARMOR_BASE_EXPORT bool needsPrior() const;  ///< a diffusion prior
    [[nodiscard]] LARMOR_BASE_EXPORT bool needsSeries() const;  ///< reconstructs all frames of a place together
    /// needsMaps for these values: a root-sum-of-squares combination (parameter "combination" = "rss") needs none.
    [[nodiscard]] LARMOR_BASE_EXPORT bool needsMaps(const ParamValues& values) const;
};

/// A plugin that could not be listed or loaded, and why: a row in a table, never thrown away.
struct PluginFailure {
    std::string path, reason;
};

struct PluginCatalogue {
    std::vector<PluginManifest> plugins;  ///< sorted by "order" in the sidecar, then by id
    std::vector<PluginFailure> failures;

    /// @throws UsageError that lists the ids there are.
    [[nodiscard]] LARMOR_BASE_EXPORT const PluginManifest& method(const std::string& id) const;
    [[nodiscard]] LARMOR_BASE_EXPORT std::vector<const PluginManifest*> methods() const;
};

/// Reads every *.json in the folders. Loads no code. Never throws for a bad plugin: it becomes a failure.
[[nodiscard]] LARMOR_BASE_EXPORT PluginCatalogue readPluginCatalogue(const std::vector<std::string>& folders);

}  // namespace larmor
