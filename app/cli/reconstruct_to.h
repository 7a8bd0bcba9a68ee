#pragma once
#include <string>
#include <vector>

#include "app/cli/common_options.h"
#include "app/cli/verb.h"
#include "core/session/reconstruct.h"

namespace larmor::cli {

/// -o, --bits, --json, --threads and --quiet of the verbs that reconstruct.
struct ResultOptions {
    std::string output;
    int pngBits = 8;
    bool asJson = false;
    RunOptions run;
    void addTo(CLI::App& command);
    /// @throws UsageError, IoError if the output cannot be what it is asked to be.
    void check(const std::string& input) const;
};

/// Reconstructs and shows how far it is. A stop ends in Cancelled. @throws Error, Cancelled
[[nodiscard]] Reconstruction reconstructShown(const RunOptions& options, const session::ReconstructionRequest& request, const Context& context);
/// Reconstructs, writes the result and reports it; @returns its protocol. A stop leaves nothing written. @throws Error, Cancelled
Protocol reconstructTo(const ResultOptions& options, const session::ReconstructionRequest& request, const Context& context);

}  // namespace larmor::cli
